using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Otp;

/// <summary>The registration of <c>otp</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class OtpEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "otp",
        Collectors = [new OtpApplication()],
    };
}
