namespace Vidimus.Api.Inspector2.Reports;

/// <summary>A report that can't be written, and that trying again does not help.</summary>
/// <param name="code">One of <c>ReportingErrorCode</c>.</param>
internal sealed class ReportFailure(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
