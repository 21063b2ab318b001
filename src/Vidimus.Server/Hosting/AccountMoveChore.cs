using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary>Goes on with accounts whose move to another tenant somebody began and did not end.</summary>
internal sealed class AccountMoveChore(Node node)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        var moves = new AccountMoves(node.Database);
        while (true)
        {
            await moves.RunAsync(node.Time.GetUtcNow(), cancel);
            await Task.Delay(Pause, node.Time, cancel);
        }
    }
}
