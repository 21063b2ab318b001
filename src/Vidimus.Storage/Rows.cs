namespace Vidimus.Storage;

/// <summary>A set of rows that goes to the engine in one piece: columns of equal length. Times, numbers and enumerations are 64-bit integers.</summary>
public abstract class Rows
{
    private readonly List<(string Name, Array Values)> columns = [];

    public abstract int Count { get; }

    /// <summary>Each is a <c>long?[]</c>, <c>double?[]</c>, <c>string?[]</c> or <c>byte[]?[]</c>.</summary>
    public IReadOnlyList<(string Name, Array Values)> Columns => columns;

    public static Rows<T> Of<T>(IReadOnlyList<T> items) => new(items);

    /// <summary>A set of one column.</summary>
    public static Rows Of(string name, IReadOnlyList<long> values) => Of(values).Add(name, value => value);

    private protected void Add(string name, Array values) => columns.Add((name, values));
}

/// <summary>A set with a row for each item.</summary>
public sealed class Rows<T>(IReadOnlyList<T> items) : Rows
{
    public override int Count => items.Count;

    public Rows<T> Add(string name, Func<T, long?> value) => Add<long?>(name, value);

    public Rows<T> Add(string name, Func<T, double?> value) => Add<double?>(name, value);

    public Rows<T> Add(string name, Func<T, string?> value) => Add<string?>(name, value);

    public Rows<T> Add(string name, Func<T, byte[]?> value) => Add<byte[]?>(name, value);

    private Rows<T> Add<TColumn>(string name, Func<T, TColumn> value)
    {
        var values = new TColumn[items.Count];
        for (var i = 0; i < values.Length; i++) values[i] = value(items[i]);
        Add(name, (Array)values);
        return this;
    }
}
