using Vidimus.Findings;
using Vidimus.Fleet.Work;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Writes the reports that callers asked for, one at a time on a node.</summary>
public sealed class ReportHandler(IDatabase database, IdentityKey identity, TimeProvider time) : IWorkHandler
{
    private readonly ReportWork reports = new(database, identity, time);

    public string Topic => ReportWork.Topic;

    public int Parallel => 1;

    public Task HandleAsync(HeldWork work, CancellationToken cancel) => reports.RunAsync(work.Unit, work.CommitAsync, cancel);
}
