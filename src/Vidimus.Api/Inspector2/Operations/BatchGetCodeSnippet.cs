using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesnippet/batchget</c></summary>
/// <remarks>Nothing here finds vulnerabilities in code yet, so no finding has a snippet: each ARN gets AWS's word for that, whether it is known or not.</remarks>
[Coverage(OperationState.Empty, "This server has no engine for code: every ARN is answered with CODE_SNIPPET_NOT_FOUND.")]
internal sealed class BatchGetCodeSnippet : IOperation<BatchGetCodeSnippetRequest, BatchGetCodeSnippetResponse>
{
    public Task<BatchGetCodeSnippetResponse> HandleAsync(BatchGetCodeSnippetRequest request, Caller caller, CancellationToken cancel) => Task.FromResult(new BatchGetCodeSnippetResponse
    {
        CodeSnippetResults = [],
        Errors = [.. request.FindingArns!.Distinct().Select(a => new CodeSnippetError { FindingArn = a, ErrorCode = CodeSnippetErrorCode.CodeSnippetNotFound, ErrorMessage = "The finding has no code snippet." })],
    });
}
