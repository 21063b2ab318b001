using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /configuration/get</c></summary>
[Coverage(OperationState.Configuration, "Machines and images come in by push; the EC2 mode and the durations are kept for discovery in AWS.")]
internal sealed class GetConfiguration(Backing backing) : IOperation<GetConfigurationRequest, GetConfigurationResponse>
{
    public async Task<GetConfigurationResponse> HandleAsync(GetConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var scope = await position.ChooseAsync(session, caller, request.AccountId, cancel);
        var (ecr, updated) = await ScanSettings.EcrAsync(session, position, scope, cancel);
        var ec2 = await ScanSettings.Ec2Async(session, position, scope, cancel);
        return new()
        {
            EcrConfiguration = new()
            {
                RescanDurationState = new()
                {
                    RescanDuration = ecr.RescanDuration, Status = EcrRescanDurationStatus.Success, UpdatedAt = updated, PullDateRescanDuration = ecr.PullDateRescanDuration, PullDateRescanMode = ecr.PullDateRescanMode,
                },
            },
            Ec2Configuration = new()
            {
                ScanModeState = new() { ScanMode = ec2.ScanMode, ScanModeStatus = Ec2ScanModeStatus.Success },
                VmScannerState = new() { Activated = false },
            },
        };
    }
}
