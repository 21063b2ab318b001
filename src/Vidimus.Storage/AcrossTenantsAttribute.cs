namespace Vidimus.Storage;

/// <summary>Marks a store's method that is not bound to one tenant, with the reason. A test walks all others with a foreign tenant and expects nothing.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class AcrossTenantsAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}
