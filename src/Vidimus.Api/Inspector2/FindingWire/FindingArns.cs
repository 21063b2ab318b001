using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Findings.Query;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>ARNs of findings: their last digits are a row's number, sealed.</summary>
internal static class FindingArns
{
    /// <summary>The finding behind an ARN; false for one that this installation never gave out in the region.</summary>
    public static bool TryRead(string arn, IdentityKey identity, string region, out long id, out string account)
    {
        (id, account) = (0, "");
        if (arn.Split(':') is not ["arn", "aws", "inspector2", var place, { Length: 12 } number, ['f', 'i', 'n', 'd', 'i', 'n', 'g', '/', .. var hex]] || place != region) return false;
        account = number;
        return identity.TryReadHex(hex, out id);
    }

    /// <exception cref="ApiException">A prefix that ends within the digits: they are in no order that could be searched.</exception>
    public static FindingCriteria Apply(FindingCriteria criteria, IReadOnlyList<StringFilter> arns, IdentityKey identity, string region)
    {
        var exact = new List<(long, string)>();
        var not = new List<(long, string)>();
        var accounts = new List<TextCondition>();
        foreach (var filter in arns)
        {
            if (filter.Comparison == Shapes.StringComparison.Prefix) accounts.Add(AccountOf(filter.Value!, region));
            else if (TryRead(filter.Value!, identity, region, out var id, out var account)) (filter.Comparison == Shapes.StringComparison.NotEquals ? not : exact).Add((id, account));
        }

        if (accounts.Count > 0 && arns.Any(a => a.Comparison == Shapes.StringComparison.Equals))
        {
            throw Refused("Conditions for equality and for a prefix of findingArn can't be mixed on this server.");
        }

        criteria = criteria with { NotIds = not };
        if (accounts.Count > 0) return criteria with { Texts = [.. criteria.Texts, (FindingText.Account, accounts)] };
        return arns.Any(a => a.Comparison == Shapes.StringComparison.Equals) ? criteria with { Ids = exact } : criteria;
    }

    /// <summary>A prefix of ARNs as one of account numbers.</summary>
    private static TextCondition AccountOf(string prefix, string region)
    {
        var head = $"arn:aws:inspector2:{region}:";
        if (head.StartsWith(prefix, System.StringComparison.Ordinal)) return new(TextComparison.Prefix, "");
        if (!prefix.StartsWith(head, System.StringComparison.Ordinal)) return new(TextComparison.Equals, "none");
        var rest = prefix[head.Length..];
        if (rest.Length <= 12) return new(TextComparison.Prefix, rest);
        if (":finding/".StartsWith(rest[12..], System.StringComparison.Ordinal)) return new(TextComparison.Equals, rest[..12]);
        throw Refused("A prefix of findingArn may end before its last 32 digits, not within them.");
    }

    private static ApiException Refused(string why) => ApiException.Validation(why, ValidationReason.FieldValidationFailed, new FieldError("filterCriteria.findingArn", why));
}
