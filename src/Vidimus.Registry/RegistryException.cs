namespace Vidimus.Registry;

/// <summary>A registry could not give what was asked for; trying again would not help. One sentence, without secrets.</summary>
internal sealed class RegistryException(string message, bool isAbsent = false) : Exception(message)
{
    /// <summary>Whether the registry was reached and does not have it, or does not say.</summary>
    public bool IsAbsent => isAbsent;
}
