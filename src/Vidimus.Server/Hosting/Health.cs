using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can answer calls now, its store too. Neither says more, as anybody may ask.</summary>
/// <remarks>No operation of AWS's services has these paths.</remarks>
internal sealed class Health(IDatabase database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>It has started and is not stopping.</summary>
    public bool IsReady { get; set; }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/healthz", ["GET", "HEAD"], (RequestDelegate)(context => AnswerAsync(context, 200, "ok")));
        endpoints.MapMethods("/readyz", ["GET", "HEAD"], (RequestDelegate)ReadyAsync);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var ready = IsReady && await StoreAnswersAsync(context.RequestAborted);
        await AnswerAsync(context, ready ? 200 : 503, ready ? "ready" : "not ready");
    }

    private async Task<bool> StoreAnswersAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await using var session = await database.ReadAsync(limit.Token);
            await session.QueryAsync("select count(*) from setting where name = 'identity'", r => r.FieldCount, limit.Token);
            return true;
        }
        catch (Exception e) when (e is DbException or OperationCanceledException)
        {
            return false;
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
