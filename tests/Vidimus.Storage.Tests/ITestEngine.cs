using Vidimus.Testing;

namespace Vidimus.Storage.Tests;

/// <summary>Where new, empty stores come from.</summary>
public interface ITestEngine
{
    /// <summary><c>sqlite:PATH</c> or <c>postgres:CONNECTION</c>.</summary>
    string NewTarget();
}

/// <summary>Files in a temporary folder.</summary>
public sealed class SqliteFile : ITestEngine, IDisposable
{
    private readonly TemporaryFolder folder = Places.Temporary();
    private int count;

    public string NewTarget() => $"sqlite:{folder[$"store{Interlocked.Increment(ref count)}.db"]}";

    public void Dispose() => folder.Dispose();
}
