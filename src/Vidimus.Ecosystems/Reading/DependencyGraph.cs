namespace Vidimus.Ecosystems.Reading;

/// <summary>Who needs whom in a file, by the file's own keys, and what each is there for where the file tells what a project asks for.</summary>
internal sealed class DependencyGraph
{
    private const int MostEdges = 1_000_000;

    private readonly Dictionary<string, List<(string To, bool Optional)>> edges = new(StringComparer.Ordinal);
    private readonly List<(string Node, string? Scope)> roots = [];
    private int count;

    /// <summary>Whether there were more edges than are kept.</summary>
    public bool IsCut => count > MostEdges;

    /// <summary>What a node needs directly, whether or not the file has such a package.</summary>
    public IEnumerable<string> From(string node) => edges.TryGetValue(node, out var list) ? list.Select(edge => edge.To) : [];

    /// <summary>What a project itself asks for: null, <c>optional</c> or <c>dev</c>.</summary>
    public void AddRoot(string node, string? scope) => roots.Add((node, scope));

    public void AddEdge(string from, string to, bool optional = false)
    {
        if (++count > MostEdges) return;
        if (!edges.TryGetValue(from, out var list)) edges.Add(from, list = []);
        list.Add((to, optional));
    }

    /// <summary>The scope of every node that a root leads to: null when it runs, else <c>optional</c>, else <c>dev</c>.</summary>
    public Dictionary<string, string?> Scopes()
    {
        var scopes = new Dictionary<string, string?>(StringComparer.Ordinal);
        Walk(scopes, null, followOptional: false);
        Walk(scopes, "optional", followOptional: true);
        Walk(scopes, "dev", followOptional: true);
        return scopes;
    }

    private void Walk(Dictionary<string, string?> scopes, string? scope, bool followOptional)
    {
        var waiting = new Stack<string>(roots.Where(r => r.Scope == scope).Select(r => r.Node));
        if (scope is "optional")
        {
            // What is needed optionally by what runs.
            foreach (var node in scopes.Keys)
            {
                foreach (var (to, optional) in edges.GetValueOrDefault(node) ?? []) if (optional) waiting.Push(to);
            }
        }

        while (waiting.TryPop(out var node))
        {
            if (!scopes.TryAdd(node, scope)) continue;
            foreach (var (to, optional) in edges.GetValueOrDefault(node) ?? []) if (followOptional || !optional) waiting.Push(to);
        }
    }
}
