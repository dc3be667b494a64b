using System.CommandLine;
using NodaTime;
using SafeSpaceCapacity.Cli.Output;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>From when until when: the last 24 hours if nothing is said.</summary>
internal sealed class PeriodOptions
{
    private readonly Option<TypedTime?> _from = TypedTime.Option("--from", "Hours that begin from then on: HH:MM for the last such time, or ISO 8601 with an offset (24 hours before the end if not given)");
    private readonly Option<TypedTime?> _until = TypedTime.Option("--until", "Hours that are over by then: HH:MM for the last such time, or ISO 8601 with an offset (now if not given)");

    public Option[] Options => [_from, _until];

    public (Google.Protobuf.WellKnownTypes.Timestamp From, Google.Protobuf.WellKnownTypes.Timestamp Until) Get(Session session)
    {
        var until = session.Get(_until)?.Before(session.Now) ?? session.Now;
        var from = session.Get(_from)?.Before(until) ?? until - Duration.FromDays(1);
        return (from.ToTimestamp(), until.ToTimestamp());
    }
}
