using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Demand;

public sealed class NeedTests
{
    [Fact]
    public void A_search_and_what_it_led_to_at_the_same_moment_are_counted_where_the_search_began()
    {
        // In a simulation time stands still between the two.
        var (id, at) = (new Guid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Instant.FromUtc(2026, 1, 5, 13, 0));
        var search = Need.Searched(id, "S12000049", at, Needs.Quiet, offered: true);
        var rejected = Need.Rejected(id, "S12000036", at, Needs.Quiet);
        foreach (var both in new[] { search.With(rejected), rejected.With(search) })
            Assert.Equal(("S12000049", at, NeedOutcome.HoldRejected), (both.Area, both.AskedAt, both.Outcome));
    }
}
