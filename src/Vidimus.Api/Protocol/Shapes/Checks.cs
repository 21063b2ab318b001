using System.Globalization;
using System.Text;

namespace Vidimus.Api.Protocol;

/// <summary>Gathers what a request breaks of its model's constraints, in AWS's words, with the path of each value (<c>filterCriteria.title.1.member.value</c>).</summary>
internal sealed class Checks
{
    /// <summary>No more than this many are said of one request.</summary>
    private const int Limit = 20;

    private readonly List<string> path = [];
    private readonly List<FieldError> errors = [];

    public IReadOnlyList<FieldError> Errors => errors;

    public void Enter(string member) => path.Add(member);

    public void Leave() => path.RemoveAt(path.Count - 1);

    public void Required(string member, bool isThere)
    {
        if (isThere) return;
        Enter(member);
        Fail("Member must not be null");
        Leave();
    }

    /// <summary>A union holds one member.</summary>
    public void OneOf(int members)
    {
        if (members != 1) Fail("Member must have exactly one of its members set");
    }

    /// <summary>Bounds the number of characters, counted as Unicode's scalar values.</summary>
    public void Length(string value, int? min, int? max)
    {
        var length = value.Length;
        foreach (var c in value)
        {
            if (char.IsLowSurrogate(c)) length--;
        }

        Count(length, min, max);
    }

    public void Count(int count, int? min, int? max)
    {
        if (max is { } most && count > most) Fail($"Member must have length less than or equal to {most}");
        if (min is { } least && count < least) Fail($"Member must have length greater than or equal to {least}");
    }

    public void Range(double value, double? min, double? max)
    {
        if (max is { } most && !(value <= most)) Fail(string.Create(CultureInfo.InvariantCulture, $"Member must have value less than or equal to {most}"));
        if (min is { } least && !(value >= least)) Fail(string.Create(CultureInfo.InvariantCulture, $"Member must have value greater than or equal to {least}"));
    }

    public void Pattern(string value, WirePattern pattern)
    {
        if (!pattern.Matches(value)) Fail($"Member must satisfy regular expression pattern: {pattern.Source}");
    }

    public void Enumeration(string value, string[] values)
    {
        if (Array.IndexOf(values, value) < 0) Fail($"Member must satisfy enum value set: [{string.Join(", ", values)}]");
    }

    public void Each<T>(IReadOnlyList<T> list, Action<Checks, T> check)
    {
        for (var i = 0; i < list.Count && errors.Count < Limit; i++)
        {
            Enter((i + 1).ToString(CultureInfo.InvariantCulture));
            Enter("member");
            check(this, list[i]);
            Leave();
            Leave();
        }
    }

    public void Each<T>(IReadOnlyDictionary<string, T> map, Action<Checks, string> checkKey, Action<Checks, T> checkValue)
    {
        foreach (var (key, value) in map)
        {
            if (errors.Count >= Limit) return;
            Enter("key");
            checkKey(this, key);
            Leave();
            Enter(key.Length <= 128 ? key : key[..128]);
            Enter("member");
            checkValue(this, value);
            Leave();
            Leave();
        }
    }

    private void Fail(string message)
    {
        if (errors.Count < Limit) errors.Add(new(string.Join('.', path), message));
    }

    /// <summary>The refusal, or null when nothing is broken.</summary>
    public ApiException? ToException()
    {
        if (errors.Count == 0) return null;
        var text = new StringBuilder($"{errors.Count} validation error{(errors.Count == 1 ? "" : "s")} detected: ");
        text.AppendJoin("; ", errors.Select(e => $"Value at '{e.Name}' failed to satisfy constraint: {e.Message}"));
        return ApiException.Validation(text.ToString(), ValidationReason.FieldValidationFailed, [.. errors]);
    }
}

/// <summary>What is wrong with one field of a request.</summary>
public sealed record FieldError(string Name, string Message);
