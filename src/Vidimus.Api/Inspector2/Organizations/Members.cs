using Vidimus.Api.Inspector2.Shapes;

namespace Vidimus.Api.Inspector2.Organizations;

internal static class Members
{
    /// <param name="administrator">Twelve digits.</param>
    public static Member ToWire(Storage.Member member, string administrator) => new()
    {
        AccountId = member.Account.Number,
        RelationshipStatus = member.Associated switch { true => RelationshipStatus.Enabled, false => RelationshipStatus.Removed, null => RelationshipStatus.Created },
        DelegatedAdminAccountId = administrator,
        UpdatedAt = member.Updated,
    };
}
