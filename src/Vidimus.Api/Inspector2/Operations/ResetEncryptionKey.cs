using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>PUT /encryptionkey/reset</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class ResetEncryptionKey(Backing backing) : IOperation<ResetEncryptionKeyRequest, ResetEncryptionKeyResponse>
{
    public async Task<ResetEncryptionKeyResponse> HandleAsync(ResetEncryptionKeyRequest request, Caller caller, CancellationToken cancel)
    {
        var name = EncryptionKeys.Name(request.ScanType!, request.ResourceType!);
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        if (await new ConfigurationStore(session).DeleteAsync(sight.Own, EncryptionKeys.Kind, name, cancel) == 0) throw EncryptionKeys.None();
        await session.CommitAsync(cancel);
        return new();
    }
}
