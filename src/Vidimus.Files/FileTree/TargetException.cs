namespace Vidimus.Files.FileTree;

/// <summary>A target that does not exist, cannot be read or is not what it is said to be; the message is one sentence for a person.</summary>
public sealed class TargetException : Exception
{
    public TargetException()
    {
    }

    public TargetException(string message)
        : base(message)
    {
    }

    public TargetException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
