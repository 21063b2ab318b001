using Vidimus.Model.Inventory;

namespace Vidimus.Matching;

/// <summary>What a package is called.</summary>
public static class PackageNames
{
    /// <summary>A package's name as its people write it: with its namespace where it has one.</summary>
    public static string Of(Package package) => package switch
    {
        { Namespace: null or "" } => package.Name,
        { Type: "maven" } => $"{package.Namespace}:{package.Name}",
        _ => $"{package.Namespace}/{package.Name}",
    };
}
