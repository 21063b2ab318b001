using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesnippet/batchget</c></summary>
[Coverage(OperationState.Empty, "No engine for code security yet: no finding has a snippet.")]
internal sealed class BatchGetCodeSnippet(Backing backing) : IOperation<BatchGetCodeSnippetRequest, BatchGetCodeSnippetResponse>
{
    public async Task<BatchGetCodeSnippetResponse> HandleAsync(BatchGetCodeSnippetRequest request, Caller caller, CancellationToken cancel)
    {
        await backing.Callers.SightAsync(caller, cancel);
        return new()
        {
            CodeSnippetResults = [],
            Errors = [.. request.FindingArns!.Distinct().Select(arn => new CodeSnippetError { FindingArn = arn, ErrorCode = CodeSnippetErrorCode.CodeSnippetNotFound, ErrorMessage = "There is no code snippet for this finding." })],
        };
    }
}
