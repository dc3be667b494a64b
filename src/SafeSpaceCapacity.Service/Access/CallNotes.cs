using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Json;

namespace SafeSpaceCapacity.Service.Access;

/// <summary>What is known of one call: who makes it, and what becomes of it, for the audit trail. Kept with the call while it lasts.</summary>
internal sealed class CallNotes
{
    private const string Key = "notes";
    private const string Ok = "ok";

    private readonly DateTimeOffset _at;
    private readonly string _correlation;
    private readonly string? _command;
    private readonly DateTimeOffset? _observed;
    private string? _rejection;
    private AuditNumbers? _before;
    private AuditNumbers? _after;
    private long? _position;

    private CallNotes(ServerCallContext context, IMessage request, DateTimeOffset now)
    {
        _at = now;
        Http = context.GetHttpContext();
        SignedIn = (context as JsonCallContext)?.Grant;
        _correlation = Activity.Current?.TraceId.ToString() ?? Http.TraceIdentifier;
        Method = context.Method;
        Rule = AccessTable.Find(context.Method);
        var fields = RequestFields.Of(request);
        Space = fields.Space(request);
        Areas = fields.Areas(request);
        _command = fields.Command(request);
        _observed = fields.Observed(request);
        if (Http.Connection.ClientCertificate is { } certificate)
            Certificate = Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span));
    }

    /// <summary>The request as the web server has it.</summary>
    public HttpContext Http { get; }

    /// <summary>As <c>/package.Service/Method</c>.</summary>
    public string Method { get; }

    /// <summary>Who may call it; null where nobody may.</summary>
    public AccessRule? Rule { get; }

    /// <summary>The space that the request names.</summary>
    public string? Space { get; }

    /// <summary>The areas that the request names, as the client wrote them.</summary>
    public IReadOnlyList<string> Areas { get; }

    /// <summary>The area that the call is about, by code: all that is kept of where a search began.</summary>
    public string? Area { get; set; }

    /// <summary>The client's certificate: base64url of SHA-256 (RFC 8705); null without one.</summary>
    public string? Certificate { get; }

    /// <summary>Who calls, where the host has found that out: for its pages. Null: the call must carry a token.</summary>
    public Grant? SignedIn { get; }

    /// <summary>Who calls; null while that is not known.</summary>
    public Grant? Grant { get; set; }

    /// <summary>In which of their roles; null while it is not known that they may.</summary>
    public Role? Role { get; set; }

    /// <summary>Cancelled when the caller's token ends, for calls that last.</summary>
    public CancellationToken TokenEnded { get; set; }

    /// <summary>Who calls, as written beside every event.</summary>
    public Caller Caller => new(Grant?.Subject ?? string.Empty, Role?.Name() ?? string.Empty, Grant is { Client.Length: > 0 } ? Grant.Client : "grpc", _correlation);

    /// <summary>Begins the notes of a call.</summary>
    public static CallNotes Begin(ServerCallContext context, IMessage request, DateTimeOffset now)
    {
        var notes = new CallNotes(context, request, now);
        context.UserState[Key] = notes;
        return notes;
    }

    /// <summary>The notes of a call under way.</summary>
    public static CallNotes Of(ServerCallContext context) => (CallNotes)context.UserState[Key];

    /// <summary>Notes what a command did.</summary>
    public void Decided(SpaceAnswer answer)
    {
        if (answer.Outcome is Domain.Spaces.Rejected rejected)
        {
            _rejection = ContractMap.CodeOf(rejected.Reason.Code);
        }
        else if (answer is { Position: > 0, Availability: { } after })
        {
            _before = answer.Before is { } before ? Numbers(before) : null;
            _after = Numbers(after);
            _position = answer.Position;
        }
    }

    /// <summary>Notes by a code that a command was not carried out.</summary>
    public void Rejected(string code) => _rejection = code;

    /// <summary>Notes what a command that is of no single space did.</summary>
    /// <param name="position">The position of the log that holds it; 0 where it was there before.</param>
    /// <param name="rejection">Why it was not done; null where it was.</param>
    public void Decided(long position, Domain.Spaces.RejectionCode? rejection)
    {
        _rejection = rejection is { } code ? ContractMap.CodeOf(code) : null;
        _position = position > 0 ? position : null;
    }

    /// <summary>The entry of the audit trail.</summary>
    /// <param name="failure">What it ended with; null where it was answered.</param>
    public AuditEntry ToEntry(StatusCode? failure = null)
    {
        var caller = Caller;
        return new AuditEntry(
            _at, _observed, caller.Actor, caller.Role, caller.Client, Certificate, Method, Rule?.Kind ?? AuditKind.Read, Space, Area, _command,
            _before, _after, failure is { } status ? StatusNames.Of(status) : _rejection ?? Ok, _correlation, _position);
    }

    private static AuditNumbers Numbers(Domain.Spaces.Availability from) =>
        new(from.Places, from.SafeCapacity, from.Occupied, from.Held, from.Pause is not null, ContractMap.CodeOf(from.Freshness), from.Version);
}
