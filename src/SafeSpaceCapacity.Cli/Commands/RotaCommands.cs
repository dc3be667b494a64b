using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Who works week by week, and what that comes to.</summary>
internal static class RotaCommands
{
    public static Command Create(CommandLine line)
    {
        var rota = new Command("rota", "Who works week by week, and the safe capacity that it gives");
        rota.Add(Show(line));
        rota.Add(Plan(line));
        rota.Add(Export(line));
        return rota;
    }

    private static Command Show(CommandLine line)
    {
        var space = NeedOptions.Space();
        return line.Command(
            "show",
            "Show what is planned, the safe capacity of the coming week hour by hour, and its gaps",
            ["safespace rota show gla-harbour"],
            [space],
            async session =>
            {
                var rota = await GetAsync(session, session.Get(space));
                session.Answer(rota, console => RotaReport.Write(console, rota));
                return ExitCodes.Done;
            });
    }

    private static Command Plan(CommandLine line)
    {
        var space = NeedOptions.Space();
        var file = MessageFile.In("PlanRotaRequest");
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "plan",
            "Plan who works week by week, instead of what was planned before; shifts that were started or planned one by one stay",
            ["safespace rota plan gla-harbour --file rota.json"],
            [space, file, commandId],
            async session =>
            {
                var request = await MessageFile.ReadAsync<PlanRotaRequest>(session, file);
                if (request.SpaceId.Length > 0 && !string.Equals(request.SpaceId, session.Get(space), StringComparison.Ordinal))
                    throw new FailureException(Failure.BadInput($"The file is the rota of {Words.Clean(request.SpaceId)}, not of {session.Get(space)}.", "Take spaceId out of it to plan the same for another space."));
                request.SpaceId = session.Get(space);
                NameLines(request);
                if (request.CommandId.Length == 0 || session.Get(commandId) is not null)
                    request.CommandId = session.CommandId(commandId);
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.PlanRotaAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Planned: {request.Lines.Count} line(s), {request.Absences.Count} absence(s). What that comes to: safespace rota show {Words.Clean(request.SpaceId)}")));
            });
    }

    private static Command Export(CommandLine line)
    {
        var space = NeedOptions.Space();
        var output = MessageFile.Out("The file to write, whole or not at all", required: true);
        return line.Command(
            "export",
            "Write what is planned to a file, which rota plan takes again",
            ["safespace rota export gla-harbour --out rota.json"],
            [space, output],
            async session =>
            {
                var rota = await GetAsync(session, session.Get(space));
                var plan = new PlanRotaRequest { Lines = { rota.Lines }, Absences = { rota.Absences } };
                await MessageFile.WriteAsync(session, output, MessageFile.Json(plan), $"Change it, then: safespace rota plan {session.Get(space)} --file {session.Get(output)}");
                return ExitCodes.Done;
            });
    }

    private static Task<GetRotaResponse> GetAsync(Session session, string space) =>
        session.AsStaffAsync(space, (staff, options) => staff.GetRotaAsync(new GetRotaRequest { SpaceId = space }, options));

    // A line without an id gets one made of what it says, so that the same file is always the same rota; and an absence may name its line
    // by its number, from 1.
    private static void NameLines(PlanRotaRequest request)
    {
        var known = new Dictionary<ByteString, int>();
        foreach (var line in request.Lines.Where(line => line.LineId.Length == 0))
        {
            var content = line.ToByteString();
            var copy = known.GetValueOrDefault(content);
            known[content] = copy + 1;
            line.LineId = IdOf(request.SpaceId, content, copy);
        }

        foreach (var absence in request.Absences)
        {
            if (int.TryParse(absence.LineId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= request.Lines.Count)
                absence.LineId = request.Lines[number - 1].LineId;
        }
    }

    private static string IdOf(string space, ByteString content, int copy)
    {
        var number = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, copy);
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(space), 0, .. number, .. content.Span]);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80); // Version 8, of RFC 9562: made as its maker likes.
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }
}
