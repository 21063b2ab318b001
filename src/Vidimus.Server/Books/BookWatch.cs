namespace Vidimus.Server.Books;

/// <summary>Has the node answer by the book that the fleet is judged by, soon after any node has taken one into use.</summary>
internal sealed class BookWatch(ServerBooks books, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await books.FollowAsync(cancel);
            await Task.Delay(Look, time, cancel);
        }
    }
}
