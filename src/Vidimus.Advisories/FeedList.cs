using Vidimus.Advisories.Cve5;
using Vidimus.Advisories.EndOfLifeDates;
using Vidimus.Advisories.Epss;
using Vidimus.Advisories.Kev;
using Vidimus.Advisories.Nvd;
using Vidimus.Advisories.Osv;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories;

/// <summary>The feeds that belong to no single ecosystem. A distribution's own feed stands in its folder; the caller joins both lists.</summary>
public static class FeedList
{
    public static IReadOnlyList<IFeed> CrossEcosystem(MatchKeys keys) => [new OsvFeed(keys), new Cve5Feed(), new KevFeed(), new EpssFeed(), new EndOfLifeFeed(), new NvdFeed(), new NvdOverridesFeed()];
}
