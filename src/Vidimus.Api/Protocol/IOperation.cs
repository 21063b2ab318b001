namespace Vidimus.Api.Protocol;

/// <summary>One operation: checks what the model can't say, asks the domain, gives the answer. Refusals are thrown as <see cref="ApiException"/>.</summary>
internal interface IOperation<TRequest, TResponse>
{
    Task<TResponse> HandleAsync(TRequest request, Caller caller, CancellationToken cancel);
}

/// <summary>Who calls, proven by the signature.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="Role">As the credentials have it.</param>
/// <param name="Region">Of the signature's scope.</param>
/// <param name="RequestId">As the answer's header says it.</param>
public sealed record Caller(string Account, string Role, string Region, string AccessKeyId, string RequestId)
{
    /// <summary>The name of the one who holds the key, within the account.</summary>
    public string User { get; init; } = "admin";

    /// <summary>As refusals and the audit log name the caller.</summary>
    public string Arn => $"arn:aws:iam::{Account}:user/{User}";
}
