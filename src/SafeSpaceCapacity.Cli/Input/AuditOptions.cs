using System.CommandLine;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>Which entries of the audit trail.</summary>
internal sealed class AuditOptions
{
    private readonly Option<TypedTime?> _from = TypedTime.Option("--from", "The earliest: HH:MM for the last such time, or ISO 8601 with an offset");
    private readonly Option<TypedTime?> _until = TypedTime.Option("--until", "The first that is too late: HH:MM for the last such time, or ISO 8601 with an offset");
    private readonly Option<string?> _actor = Text("--actor", "NAME", "Who did it: an account or program");
    private readonly Option<string?> _space = Text("--space", "SPACE_ID", "The space it was about");
    private readonly Option<string?> _method = Text("--method", "METHOD", "What was called, such as /safespacecapacity.v1.CrewService/HoldPlace");
    private readonly Option<string?> _kind = Codes.Option<AuditKind>("--kind", "What sort of thing it was");
    private readonly Option<string?> _outcome = Text("--outcome", "TEXT", "How it ended: ok, the code of a rejection, or a status such as PERMISSION_DENIED");

    public Option[] Options => [_from, _until, _actor, _space, _method, _kind, _outcome];

    public AuditFilter Get(Session session) => new()
    {
        From = session.Get(_from)?.Before(session.Now).ToTimestamp(),
        Until = session.Get(_until)?.Before(session.Now).ToTimestamp(),
        Actor = session.Get(_actor) ?? "",
        SpaceId = session.Get(_space) ?? "",
        Method = session.Get(_method) ?? "",
        Kind = session.Code<AuditKind>(_kind),
        Outcome = session.Get(_outcome) ?? "",
    };

    private static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };
}
