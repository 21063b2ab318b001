using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>PUT /encryptionkey/update</c></summary>
[Coverage(OperationState.Configuration, "The key is kept and not asked for at AWS KMS.")]
internal sealed class UpdateEncryptionKey(Backing backing) : IOperation<UpdateEncryptionKeyRequest, UpdateEncryptionKeyResponse>
{
    public async Task<UpdateEncryptionKeyResponse> HandleAsync(UpdateEncryptionKeyRequest request, Caller caller, CancellationToken cancel)
    {
        var name = EncryptionKeys.Name(request.ScanType!, request.ResourceType!);
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        await new ConfigurationStore(session).PutAsync(sight.Own, EncryptionKeys.Kind, name, request.KmsKeyId!, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new();
    }
}
