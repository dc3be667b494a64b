using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>A live board: what is known, what the last key did, and which keys there are. Its lines always fit the terminal.</summary>
/// <param name="width">Columns of the terminal.</param>
/// <param name="height">Lines of the terminal.</param>
/// <param name="hasKeys">Whether a person can press keys.</param>
internal sealed class BoardView(int width, int height, bool hasKeys)
{
    private const string Good = "bold green", Careful = "bold yellow", Bad = "bold red", Bold = "bold", Plain = "default";

    private const char NoBreak = '\u00a0';

    private readonly Lock _gate = new();
    private Instant _now = Instant.MinValue;
    private string? _lost = "connecting";
    private (string Text, string Style) _notice = ("", Plain);
    private IReadOnlyList<string> _question = [];

    /// <summary>The newest board that was heard.</summary>
    public GetBoardResponse Board { get; private set; } = new();

    /// <summary>Shows what has changed; set where the board is drawn.</summary>
    public Action<IRenderable> Show { get; set; } = _ => { };

    /// <summary>When the service was last heard.</summary>
    public Instant Now => _now;

    public void Heard(WatchBoardResponse message) => Change(() =>
    {
        _lost = null;
        if (message.Board is { } board)
            Board = board;
        var at = message.EventCase switch
        {
            WatchBoardResponse.EventOneofCase.Board => message.Board.Availability?.AsOf,
            WatchBoardResponse.EventOneofCase.Heartbeat => message.Heartbeat,
            WatchBoardResponse.EventOneofCase.Retired => message.Retired,
            _ => null,
        };
        if (at is not null)
            _now = Instant.Max(_now, at.ToInstant());
        if (message.EventCase is WatchBoardResponse.EventOneofCase.Retired)
            _notice = ("This space was taken out of the directory. The board ends.", Careful);
    });

    public void Lost(string why) => Change(() => _lost = why);

    /// <summary>Says that something was done.</summary>
    public void Done(string text) => Say(text, Good);

    /// <summary>Says that something was not done, or not known to be.</summary>
    public void NotDone(string text) => Say(text, Careful);

    public void Remark(string text) => Say(text, Plain);

    /// <summary>Asks something that the next key answers: the question, then a line for each key.</summary>
    public void Ask(params IReadOnlyList<string> lines) => Change(() => _question = lines);

    public IRenderable Draw()
    {
        lock (_gate)
        {
            var bottom = Fitted(Bottom());
            var body = Fitted(Body());
            var room = Math.Max(1, height - 1 - bottom.Count);
            if (body.Count > room)
                body = [.. body.Take(room - 1), ($"… {body.Count - room + 1} lines more than fit here.", Plain)];
            return new Rows(body.Concat(bottom).Select(line => new Markup(line.Text.Length == 0 ? " " : $"[{line.Style}]{Markup.Escape(line.Text)}[/]")));
        }
    }

    private void Say(string text, string style) => Change(() => (_notice, _question) = ((text, style), []));

    private void Change(System.Action change)
    {
        lock (_gate)
        {
            change();
            Show(Draw());
        }
    }

    private IEnumerable<(string Text, string Style)> Body()
    {
        if (_lost is not null)
            yield return ($"NOT CONNECTED ({_lost}): what is shown may be old.", Careful);
        if (Board.Availability is not { } space)
            yield break;
        yield return ($"{(Board.Choice is { Name.Length: > 0 } choice ? $"{choice.Name}  " : "")}{space.SpaceId}", Bold);
        foreach (var (i, text) in SpaceText.Lines(space, _now).Index())
            yield return (text, i > 0 ? Plain : !space.HasAvailable ? Careful : space.Available > 0 ? Good : Bad);
        foreach (var text in BoardText.Escalations(Board, _now))
            yield return (text, Bad);
        if (BoardText.Ask(Board, _now) is { } ask)
            yield return (ask, Board.AskNow ? Careful : Plain);
        if (BoardText.Last(Board, _now) is { } last)
            yield return ($"{last}.", Plain);
        yield return ("", Plain);
        yield return ("On the way or asking", Bold);
        if (Board.Holds.Count == 0)
            yield return ("Nobody.", Plain);
        foreach (var hold in Board.Holds)
            yield return ($"- {BoardText.Of(hold, _now)}", hold.Status is HoldStatus.Requested ? Careful : Plain);
        yield return ("On duty and planned", Bold);
        if (Board.Shifts.Count == 0)
            yield return ("Nobody.", Plain);
        foreach (var shift in Board.Shifts)
            yield return ($"- {(shift.StartsAt.ToInstant() <= _now ? "now: " : "")}{BoardText.Of(shift, _now)}", Plain);
    }

    private IEnumerable<(string Text, string Style)> Bottom()
    {
        yield return ("", Plain);
        if (_notice.Text.Length > 0)
            yield return _notice;
        if (!hasKeys)
            yield return ("Ctrl-C ends.", Plain);
        else if (_question.Count > 0)
        {
            foreach (var (i, line) in _question.Index())
                yield return (line, i == 0 ? Bold : Plain);
        }
        else
            yield return (string.Join("   ", Keys().Select(key => key.Replace(' ', NoBreak))), Bold);
    }

    private IEnumerable<string> Keys()
    {
        yield return "a arrived";
        yield return "d left";
        yield return "c still right";
        yield return Board.Availability?.PausedUntil is not null ? "r take people again" : "p pause";
        yield return "s start shift";
        yield return "e end shift";
        if (Board.Holds.FirstOrDefault(hold => hold.Status is HoldStatus.Requested) is { } request)
            yield return $"y yes / n no to {BoardText.Crew(request)}";
        if (Board.Escalations.Any(escalation => escalation.AcknowledgedAt is null))
            yield return "k I take it up";
        yield return "u take back";
        yield return "q quit";
    }

    private List<(string Text, string Style)> Fitted(IEnumerable<(string Text, string Style)> lines) =>
        [.. lines.SelectMany(line => Wrapped(Words.Clean(line.Text)).Select(text => (text, line.Style)))];

    // At spaces, under a short indent; a word longer than a line is broken.
    private IEnumerable<string> Wrapped(string text)
    {
        var most = Math.Max(20, width - 1);
        while (text.Length > most)
        {
            var at = text.LastIndexOf(' ', most, most - 2);
            at = at > 0 ? at : most;
            yield return text[..at].TrimEnd().Replace(NoBreak, ' ');
            text = "  " + text[at..].TrimStart();
        }

        yield return text.Replace(NoBreak, ' ');
    }
}
