using System.CommandLine;
using System.Globalization;
using NodaTime;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>A moment ahead, given as a time or as so many units from now: exactly one of two options.</summary>
internal sealed class LaterOptions(string time, string timeDescription, string span, string spanDescription, Duration unit)
{
    private const int SpanMax = 10_080; // A week of minutes: the service's own limits are narrower.

    private readonly Option<TypedTime?> _time = TypedTime.Option(time, timeDescription);
    private readonly Option<int?> _span = Span(span, spanDescription);

    public Option[] Options => [_span, _time];

    /// <summary>The moment meant, to the second: counted from <paramref name="from"/>, which is rounded up so that 0 is not the past.</summary>
    public Instant Get(Session session, Instant from)
    {
        var start = Instant.FromUnixTimeSeconds((from + Duration.FromSeconds(1) - Duration.Epsilon).ToUnixTimeSeconds());
        var moment = session.Get(_time)?.After(from) ?? start + (unit * session.Get(_span)!.Value);
        session.SendAgainWith(time, moment);
        return moment;
    }

    private static Option<int?> Span(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var n) && n is < 0 or > SpanMax)
                result.AddError($"{name} is 0 to {SpanMax}, not {token.Value}.");
        });
        return option;
    }
}
