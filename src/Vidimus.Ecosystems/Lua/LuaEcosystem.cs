using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Lua;

/// <summary>The registration of <c>luarocks</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class LuaEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "luarocks",
        Collectors = [new LuaRocks()],
    };
}
