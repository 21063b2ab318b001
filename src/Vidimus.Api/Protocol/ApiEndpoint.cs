using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Protocol;

/// <summary>All of AWS's calls on one port: identifies the caller, finds the operation, answers or refuses. Every answer has a request id.</summary>
/// <remarks>
/// The order bounds what a stranger can cost: form, key and clock are checked before the body is read, the signature before anything is done with it.
/// Which service is meant is what the signature's scope says, as AWS's own endpoints do by their name.
/// </remarks>
internal sealed partial class ApiEndpoint
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SignatureVerifier verifier;
    private readonly OperationSet operations;
    private readonly Throttle throttle;
    private readonly Throttle pushes;
    private readonly ApiLimits limits;
    private readonly TimeProvider time;
    private readonly AuditTrail audit;
    private readonly ILogger logger;
    private readonly Dictionary<string, (ServiceModel Model, Router Router)> services;

    public ApiEndpoint(IEnumerable<(ServiceModel Model, IReadOnlyList<OperationModel> Operations)> services, OperationSet operations, ICredentials credentials, AuditTrail audit, ApiLimits limits, TimeProvider time, ILogger logger)
    {
        this.services = services.ToDictionary(s => s.Model.SigningName, s => (s.Model, new Router(s.Model, s.Operations)));
        this.operations = operations;
        this.limits = limits;
        this.time = time;
        this.audit = audit;
        this.logger = logger;
        verifier = new(credentials, time);
        throttle = new(limits.CallsASecond, limits.Burst, time);
        pushes = new(limits.PushesASecond, limits.PushesASecond, time);
    }

    public async Task HandleAsync(HttpContext context)
    {
        var call = new ApiCall();
        var start = time.GetTimestamp();
        context.Response.Headers["x-amzn-RequestId"] = call.Id;
        var refusal = await TryAnswerAsync(context, call);
        if (refusal is not null) await RefuseAsync(context, refusal, isRest: !context.Request.Headers.ContainsKey("X-Amz-Target"));

        var took = time.GetElapsedTime(start);
        ApiMeter.Ended(call, refusal?.Code ?? "ok", took);
        if (refusal is not null) Refused(logger, call.Id, call.Operation?.Name, call.Caller?.Arn, call.Caller?.Region, refusal.Status, refusal.Code, took.TotalMilliseconds);
        else Answered(logger, call.Id, call.Operation?.Name, call.Caller?.Arn, call.Caller?.Region, took.TotalMilliseconds);
    }

    /// <summary>Answers, or says how the call is to be refused.</summary>
    private async Task<ApiException?> TryAnswerAsync(HttpContext context, ApiCall call)
    {
        try
        {
            var output = new ArrayBufferWriter<byte>();
            var (service, status) = await AnswerAsync(context, call, output);
            await SendAsync(context, status, service.ContentType, output.WrittenMemory);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; nobody is there to be answered.
        }
        catch (ApiException refusal)
        {
            return refusal;
        }
        catch (QueryTooLongException)
        {
            return ApiException.Throttled("The query takes too long; narrow it by further conditions.", 5);
        }
        catch (StoreBusyException)
        {
            return ApiException.Throttled("Others are changing the same things; try again.", 1);
        }
        catch (BadHttpRequestException)
        {
            return Refusals.BodyBroken();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Failed(logger, call.Id, call.Operation?.Name, e);
            return ApiException.Internal();
        }

        return null;
    }

    private async Task<(ServiceModel Service, int Status)> AnswerAsync(HttpContext context, ApiCall call, ArrayBufferWriter<byte> output)
    {
        var cancel = context.RequestAborted;
        var request = context.Request;
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var signed = SignedRequest.Read(target, request.Headers);
        if (!services.TryGetValue(signed.Service, out var service)) throw Refusals.InvalidSignature($"Credential should be scoped to correct service: '{string.Join("', '", services.Keys)}'.");

        var credential = await verifier.IdentifyAsync(signed, request.Headers, cancel);
        var body = await ReadBodyAsync(request, signed.Service switch { "vidimus" => limits.PushBody, "inspector-scan" => limits.SbomBody, _ => limits.Body }, cancel);
        SignatureVerifier.Verify(signed, credential, request.Method, target, request.Headers, body.Span);
        var caller = call.Caller = new(credential.Account, credential.Role, signed.Region, credential.AccessKeyId, call.Id) { User = credential.User };
        (signed.Service is "vidimus" ? pushes : throttle).Take(credential.Account, signed.Service);

        var (operation, labels) = service.Router.Find(request.Method, target.Path, request.Headers["X-Amz-Target"]);
        call.Operation = operation;
        if (Roles.Refusal(caller, operation) is { } refusal)
        {
            if (Roles.IsAudited(operation.Name)) await audit.BeginAsync(caller, operation, target, body, refusal.Code, cancel);
            throw refusal;
        }

        if (body.Length > 0 && !IsContentType(request, service.Model.ContentType)) throw Refusals.UnsupportedMediaType(service.Model.ContentType);
        if (operations.Find(operation) is not { } invoke) throw Refusals.NotOffered(operation.Name);

        await using var writer = new Utf8JsonWriter(output, Json);
        // The answer is written after all else, so an operation that met another transaction begins with an empty one.
        Task InvokeAsync() => Conflicts.RetryAsync(() => invoke(body, new(labels, target), caller, writer, cancel), cancel);
        if (Roles.IsAudited(operation.Name)) await InvokeAuditedAsync(InvokeAsync, await audit.BeginAsync(caller, operation, target, body, AuditTrail.Begun, cancel));
        else await InvokeAsync();
        return (service.Model, operation.Status);
    }

    private async Task InvokeAuditedAsync(Func<Task> invoke, (Scope Scope, long Id) entry)
    {
        var outcome = ApiException.Internal().Code;
        try
        {
            await invoke();
            outcome = AuditTrail.Done;
        }
        catch (ApiException refusal)
        {
            outcome = refusal.Code;
            throw;
        }
        finally
        {
            await audit.EndAsync(entry, outcome);
        }
    }

    private static bool IsContentType(HttpRequest request, string wanted)
    {
        if (request.Headers.ContentEncoding.Count > 0) return false;
        var type = request.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, long limit, CancellationToken cancel)
    {
        if (request.ContentLength > limit) throw Refusals.TooLarge(limit);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound) bound.MaxRequestBodySize = null; // ours below, which may be more than the server's
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(1 << 12), cancel);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > limit) throw Refusals.TooLarge(limit);
        }
    }

    private static async Task RefuseAsync(HttpContext context, ApiException refusal, bool isRest)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Headers["x-amzn-ErrorType"] = refusal.Code;
        if (refusal.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var output = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(output, Json)) refusal.Write(writer, withType: !isRest);
        await SendAsync(context, refusal.Status, isRest ? "application/json" : "application/x-amz-json-1.1", output.WrittenMemory);
    }

    private static async Task SendAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "request {Id}, {Operation}, failed")]
    private static partial void Failed(ILogger logger, string id, string? operation, Exception exception);

    [LoggerMessage(LogLevel.Information, "request {Id}, {Operation} by {Principal} in {Region}, refused with {Status} {Code} after {Milliseconds} ms")]
    private static partial void Refused(ILogger logger, string id, string? operation, string? principal, string? region, int status, string code, double milliseconds);

    [LoggerMessage(LogLevel.Debug, "request {Id}, {Operation} by {Principal} in {Region}, answered after {Milliseconds} ms")]
    private static partial void Answered(ILogger logger, string id, string? operation, string? principal, string? region, double milliseconds);
}
