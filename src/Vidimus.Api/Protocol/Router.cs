namespace Vidimus.Api.Protocol;

/// <summary>Finds the operation of a request among those of one service.</summary>
internal sealed class Router
{
    private readonly ServiceModel service;
    private readonly Dictionary<string, OperationModel> fixedPaths = [];
    private readonly List<(string Method, string[] Template, OperationModel Operation)> templates = [];

    public Router(ServiceModel service, IReadOnlyList<OperationModel> operations)
    {
        this.service = service;
        foreach (var operation in operations)
        {
            if (!service.IsRest) fixedPaths.Add($"{service.TargetPrefix}.{operation.Name}", operation);
            else if (operation.Path.Contains('{', StringComparison.Ordinal)) templates.Add((operation.Method, operation.Path.Split('/'), operation));
            else fixedPaths.Add($"{operation.Method} {operation.Path}", operation);
        }
    }

    /// <summary>The operation, and the values of its path's labels.</summary>
    /// <param name="target">The header <c>X-Amz-Target</c>, by which json-1.1 names the operation.</param>
    public (OperationModel Operation, IReadOnlyDictionary<string, string> Labels) Find(string method, string path, string? target)
    {
        if (!service.IsRest)
        {
            return method is "POST" && path is "/" && target is not null && fixedPaths.TryGetValue(target, out var named) ? (named, NoLabels) : throw Refusals.UnknownOperation(400);
        }

        if (fixedPaths.TryGetValue($"{method} {path}", out var found)) return (found, NoLabels);
        var segments = path.Split('/');
        foreach (var (verb, template, operation) in templates)
        {
            if (verb == method && Labels(template, segments) is { } labels) return (operation, labels);
        }

        throw Refusals.UnknownOperation(404);
    }

    private static readonly Dictionary<string, string> NoLabels = [];

    private static Dictionary<string, string>? Labels(string[] template, string[] segments)
    {
        if (template.Length != segments.Length) return null;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] is ['{', .. var name, '}'])
            {
                if (segments[i].Length == 0) return null;
                labels[name] = RequestTarget.Decode(segments[i]);
            }
            else if (template[i] != segments[i])
            {
                return null;
            }
        }

        return labels;
    }
}
