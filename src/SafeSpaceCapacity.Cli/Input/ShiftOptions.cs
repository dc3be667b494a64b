using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>What is said of somebody on duty: nobody is named.</summary>
internal sealed class ShiftOptions
{
    private static readonly string[] Trainings = Codes.Names<Training>();

    private readonly Option<bool> _agency = new("--agency") { Description = "From an agency" };
    private readonly Option<bool> _onCall = new("--on-call") { Description = "Supervises from elsewhere and can be called; counts for supervision alone" };
    private readonly Option<string[]> _trained = Many(
        "--trained", "CODE[:DATE]", $"Currently trained in, with the last day on which it counts; may be given several times: {string.Join(", ", Trainings)}");
    private readonly Option<string[]> _breaks = Many(
        "--break", "HH:MM-HH:MM", "Away from the floor within the shift; may be given several times (or two moments of ISO 8601 with / between them)");

    public ShiftOptions()
    {
        _trained.CompletionSources.Add(Trainings);
        _trained.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => TrainedIn(token.Value) is null))
                result.AddError($"'{token.Value}' is not a code of --trained, alone or with a date after it such as de-escalation:2027-03-31; the codes are: {string.Join(", ", Trainings)}.");
        });
        _breaks.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => Stretch(token.Value) is null))
                result.AddError($"'{token.Value}' is not a break such as 21:00-21:30.");
        });
    }

    public Option[] Options => [_agency, _onCall, _trained, _breaks];

    /// <summary>Writes what was said into a request for a shift that begins at <paramref name="starts"/>.</summary>
    public void Describe(Session session, StartShiftRequest request, Instant starts)
    {
        request.Agency = session.Get(_agency);
        request.OnCall = session.Get(_onCall);
        foreach (var (training, until) in session.Get(_trained)!.Select(typed => TrainedIn(typed)!.Value))
            request.Trained.Add(new HeldTraining { Training = training, CurrentUntil = until?.ToTimestamp() });
        foreach (var (from, until) in session.Get(_breaks)!.Select(typed => Stretch(typed)!.Value))
        {
            var begins = from.After(starts - Duration.Epsilon);
            var ends = until.After(begins);
            session.SendAgainWith($"{_breaks.Name} {InstantPattern.ExtendedIso.Format(begins)}/{InstantPattern.ExtendedIso.Format(ends)}");
            request.Breaks.Add(new Break { StartsAt = begins.ToTimestamp(), EndsAt = ends.ToTimestamp() });
        }
    }

    private static (Training Training, Instant? Until)? TrainedIn(string typed)
    {
        var parts = typed.Split(':');
        if (parts.Length > 2 || !Trainings.Contains(parts[0], StringComparer.Ordinal))
            return null;
        var training = Codes.Parse<Training>(parts[0]);
        if (parts.Length == 1)
            return (training, null);
        return LocalDatePattern.Iso.Parse(parts[1]) is { Success: true, Value: var last }
            ? (training, London.Zone.AtStartOfDay(last.PlusDays(1)).ToInstant())
            : null;
    }

    private static (TypedTime From, TypedTime Until)? Stretch(string typed) =>
        typed.Split(typed.Contains('/', StringComparison.Ordinal) ? '/' : '-') is [var first, var second]
        && TypedTime.Read(first) is { } from && TypedTime.Read(second) is { } until
            ? (from, until)
            : null;

    private static Option<string[]> Many(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };
}
