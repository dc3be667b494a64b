using System.Net;

namespace SafeSpaceCapacity.Hosting;

/// <summary>What a server was asked to do.</summary>
/// <param name="Data">Folder that holds the log.</param>
/// <param name="GrpcPort">Port of gRPC.</param>
/// <param name="HttpPort">Port of the pages and of probes.</param>
/// <param name="Empty">Without the demo region.</param>
/// <param name="Router">A road router.</param>
/// <param name="Listen">Address to listen on.</param>
/// <param name="Certificate">File of the TLS certificate.</param>
/// <param name="CertificateKey">File of its key.</param>
/// <param name="Authority">An OpenID Connect authority.</param>
/// <param name="Audience">What its tokens for this service say whom they are for.</param>
/// <param name="ClientId">What that provider calls this service, for people who sign in to the pages.</param>
/// <param name="ClientSecretFile">File of the secret that goes with it.</param>
/// <param name="CallsPerSecond">What one account may ask lastingly.</param>
/// <param name="AuditDays">How long the audit trail is kept.</param>
/// <param name="HistoryDays">How long the hourly totals of areas are kept.</param>
/// <param name="Postgres">File of the connection string of a PostgreSQL database that holds the log; null: the environment's, or none.</param>
/// <param name="SimulatedFrom">Where a simulated clock begins; null: real time.</param>
internal sealed record ServerOptions(
    string Data,
    int GrpcPort,
    int HttpPort,
    bool Empty,
    Uri? Router,
    IPAddress Listen,
    string? Certificate,
    string? CertificateKey,
    Uri? Authority,
    string? Audience,
    string? ClientId,
    string? ClientSecretFile,
    int CallsPerSecond,
    int AuditDays,
    int HistoryDays,
    string? Postgres,
    DateTimeOffset? SimulatedFrom);
