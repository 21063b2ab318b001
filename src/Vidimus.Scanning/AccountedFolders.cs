using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>The folders whose programs some file tells of: see <see cref="Accounts"/>.</summary>
internal sealed class AccountedFolders
{
    private readonly HashSet<string> alone = new(StringComparer.Ordinal);
    private readonly HashSet<string> below = new(StringComparer.Ordinal);

    public AccountedFolders(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts.OfType<Accounts>()) (fact.Below ? below : alone).Add(fact.Folder);
    }

    /// <summary>Whether a file lies in one.</summary>
    public bool Holds(string path)
    {
        var slash = path.LastIndexOf('/');
        if (alone.Contains(slash < 0 ? "" : path[..slash])) return true;
        for (; slash > 0 && below.Count > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (below.Contains(path[..slash])) return true;
        }

        return false;
    }
}
