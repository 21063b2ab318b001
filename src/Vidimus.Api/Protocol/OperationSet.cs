using System.Text.Json;

namespace Vidimus.Api.Protocol;

/// <summary>The operations that a server offers, a line each. What the models have beside them is refused as not offered.</summary>
internal sealed class OperationSet
{
    private readonly Dictionary<OperationModel, Invoke> handlers = [];

    /// <summary>Reads the request, runs the operation, writes the answer.</summary>
    public delegate Task Invoke(ReadOnlyMemory<byte> body, RequestParts parts, Caller caller, Utf8JsonWriter output, CancellationToken cancel);

    public OperationSet Add<TRequest, TResponse>(OperationModel<TRequest, TResponse> model, IOperation<TRequest, TResponse> operation)
        where TRequest : IRequest<TRequest>
        where TResponse : IShape<TResponse>
    {
        handlers.Add(model, async (body, parts, caller, output, cancel) =>
        {
            var response = await operation.HandleAsync(model.Parse(body.Span, parts), caller, cancel);
            response.Write(output);
        });
        return this;
    }

    public Invoke? Find(OperationModel model) => handlers.GetValueOrDefault(model);
}
