using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>GET /encryptionkey/get</c></summary>
[Coverage(OperationState.Configuration, "No code is scanned, so nothing is encrypted under the key yet.")]
internal sealed class GetEncryptionKey(Backing backing) : IOperation<GetEncryptionKeyRequest, GetEncryptionKeyResponse>
{
    public async Task<GetEncryptionKeyResponse> HandleAsync(GetEncryptionKeyRequest request, Caller caller, CancellationToken cancel)
    {
        var name = EncryptionKeys.Name(request.ScanType!, request.ResourceType!);
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var key = await new ConfigurationStore(session).GetAsync(sight.Own, EncryptionKeys.Kind, name, cancel) ?? throw EncryptionKeys.None();
        return new() { KmsKeyId = key.Body };
    }
}
