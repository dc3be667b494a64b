using Grpc.Core;

namespace SafeSpaceCapacity.Cli;

/// <summary>What a run ends with. Scripts rely on these numbers: never change one.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Unexpected = 1;
    public const int BadInput = 2;
    public const int Rejected = 3;
    public const int NotReachable = 4;
    public const int Damaged = 5;
    public const int NothingFound = 6;
    public const int NotFound = 7;
    public const int NotAllowed = 8;

    /// <summary>Stopped by Ctrl-C before the answer, as shells have it. A watch that is stopped ends with <see cref="Done"/>.</summary>
    public const int Stopped = 130;

    /// <summary>The numbers in words, as help shows them.</summary>
    public static readonly IReadOnlyList<(int Code, string Words)> Table =
    [
        (Done, "done"),
        (Unexpected, "unexpected failure"),
        (BadInput, "the command or a value in it breaks a rule"),
        (Rejected, "answered, but not carried out: the answer says why"),
        (NotReachable, "the service cannot be reached, did not answer in time, or was asked too often"),
        (Damaged, "log verify, backup, restore, migrate, audit verify, audit check or simulate found damage"),
        (NothingFound, "find has no space to offer; it still shows next steps"),
        (NotFound, "no such space or hold"),
        (NotAllowed, "not allowed: there is no token, it has ended, or it does not reach that far"),
        (Stopped, "stopped by Ctrl-C (a watch that is stopped ends with 0)"),
    ];

    /// <summary>The exit code for a call that ended with a status.</summary>
    public static int Of(StatusCode status) => status switch
    {
        StatusCode.OK => Done,
        StatusCode.InvalidArgument or StatusCode.AlreadyExists or StatusCode.ResourceExhausted => BadInput,
        StatusCode.NotFound => NotFound,
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => NotAllowed,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => NotReachable,
        StatusCode.Cancelled => Stopped,
        _ => Unexpected,
    };
}
