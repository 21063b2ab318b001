using System.Net;

namespace Vidimus.Registry.Http;

/// <summary>Trouble that may pass: a broken connection, a server that is busy or asks for patience.</summary>
internal sealed class RetryException(string message, TimeSpan? after = null) : Exception(message)
{
    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? After => after;
}

/// <summary>Tries again, each time after twice the wait, or after the wait that the server asks for.</summary>
internal static class Retry
{
    private const int Attempts = 5;

    /// <exception cref="RegistryException">Also after all attempts.</exception>
    public static T Run<T>(string what, RegistryOptions options, Func<T> attempt, CancellationToken cancel)
    {
        for (var count = 1; ; count++)
        {
            try
            {
                return attempt();
            }
            catch (Exception e) when (MayPass(e) && !cancel.IsCancellationRequested)
            {
                if (Refusal(e) is { } refusal) throw refusal;
                Wait(what, e, count, options, cancel);
            }
            catch (Exception e) when (cancel.IsCancellationRequested && (MayPass(e) || e is ObjectDisposedException))
            {
                throw new OperationCanceledException(e.Message, e, cancel);
            }
        }
    }

    /// <summary>Whether an exception is of a connection.</summary>
    public static bool MayPass(Exception e) => e is RetryException or HttpRequestException or IOException;

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="RegistryException">There is none, or it would be too long.</exception>
    public static void Wait(string what, Exception trouble, int count, RegistryOptions options, CancellationToken cancel)
    {
        if (Refusal(trouble) is { } refusal) throw refusal;
        if (count == Attempts || IsFinal(trouble)) throw new RegistryException($"{what} can't be fetched: {Reason(trouble)}");
        var wait = (trouble as RetryException)?.After ?? options.FirstWait * (1 << (count - 1));
        if (wait > options.LongestWait) throw new RegistryException($"{what} can't be fetched: {Reason(trouble)} and asks for a wait of {wait.TotalSeconds:0} s");
        cancel.WaitHandle.WaitOne(wait);
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>A server's answer as trouble that may pass.</summary>
    public static RetryException Of(HttpResponseMessage response, string message)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? after?.Date - TimeProvider.System.GetUtcNow();
        return new(message, wait > TimeSpan.Zero ? wait : null);
    }

    public static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented;

    /// <summary>A name that does not exist and a certificate that is not trusted stay so.</summary>
    private static bool IsFinal(Exception trouble) => trouble is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError };

    private static RegistryException? Refusal(Exception trouble)
    {
        for (var e = trouble; e is not null; e = e.InnerException)
        {
            if (e is RegistryException refusal) return refusal;
        }

        return null;
    }

    /// <summary>The innermost sentence, which says what happened where the outer ones say that something did.</summary>
    private static string Reason(Exception trouble)
    {
        var inner = trouble;
        while (inner.InnerException is { } next) inner = next;
        return ReferenceEquals(inner, trouble) || trouble.Message.Contains(inner.Message, StringComparison.Ordinal) ? trouble.Message.TrimEnd('.') : $"{trouble.Message.TrimEnd('.')} ({inner.Message.TrimEnd('.')})";
    }
}
