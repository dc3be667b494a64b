namespace SafeSpaceCapacity.Audit;

/// <summary>
/// What somebody did. Only codes, ids and numbers: nothing that somebody wrote freely, and nothing about the person in crisis. Each string
/// is kept to <see cref="TextMax"/> characters; a longer one is cut and ends with "…".
/// </summary>
/// <param name="At">When the service answered or finished, by its own clock. Kept in UTC.</param>
/// <param name="ObservedAt">When it happened at the space, where the caller said another time; else null.</param>
/// <param name="Actor">The account or program. Whose: staff or client.</param>
/// <param name="Role">The role they acted in, by its name. Whose: service.</param>
/// <param name="Client">The program they used, where their token names it; else empty. Whose: client.</param>
/// <param name="Certificate">The thumbprint of their certificate (base64url of SHA-256); null without one. Whose: client.</param>
/// <param name="Method"><c>/package.Service/Method</c>, <c>GET /path</c> without its query, or a job's name. Whose: service.</param>
/// <param name="Kind">What sort of thing it was.</param>
/// <param name="Space">The id of the space it was about; null for none or several. Whose: space.</param>
/// <param name="Area">The code of the council area it was about; null for none. Whose: service.</param>
/// <param name="CommandId">The id of the command; null for reads. Whose: client.</param>
/// <param name="Before">The space's numbers before a write; null for reads and where nothing was written.</param>
/// <param name="After">The space's numbers after a write; null for reads and where nothing was written.</param>
/// <param name="Outcome"><c>ok</c>, the code of a rejection, or a status such as <c>PERMISSION_DENIED</c>; of a job, what it did. Whose: service.</param>
/// <param name="Correlation">Finds the same call in the service's messages; a client that traces chose it. Whose: client.</param>
/// <param name="LogPosition">The position in the event log that a write ended at; null where nothing was written.</param>
public sealed record AuditEntry(
    DateTimeOffset At,
    DateTimeOffset? ObservedAt,
    string Actor,
    string Role,
    string Client,
    string? Certificate,
    string Method,
    AuditKind Kind,
    string? Space,
    string? Area,
    string? CommandId,
    AuditNumbers? Before,
    AuditNumbers? After,
    string Outcome,
    string Correlation,
    long? LogPosition)
{
    /// <summary>The most characters of a string.</summary>
    public const int TextMax = 256;
}

/// <summary>What sort of thing was done.</summary>
public enum AuditKind
{
    /// <summary>Somebody looked.</summary>
    Read = 1,

    /// <summary>Somebody changed something, or tried to.</summary>
    Write = 2,

    /// <summary>Somebody signed in or out, asked for a token, or was turned away.</summary>
    SignIn = 3,

    /// <summary>The service did it by itself.</summary>
    Job = 4,
}

/// <summary>What a space could do at one moment.</summary>
/// <param name="Places">How many people the rooms can hold.</param>
/// <param name="SafeCapacity">How many people those on duty can safely support.</param>
/// <param name="Occupied">People here.</param>
/// <param name="Held">Places kept for somebody on the way.</param>
/// <param name="Paused">Whether it takes nobody new.</param>
/// <param name="Freshness">How believable its status is, by the code of the contract; null where it was not asked. Whose: service.</param>
/// <param name="Version">Of the space's stream: how many events made it.</param>
public sealed record AuditNumbers(int Places, int SafeCapacity, int Occupied, int Held, bool Paused, string? Freshness, long Version);
