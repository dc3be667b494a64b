namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>Entries.</summary>
internal static class Make
{
    /// <summary>The entry of a search.</summary>
    public static AuditEntry Read(int number = 1, DateTimeOffset? at = null) => new(
        at ?? ManualTime.Start.AddSeconds(number),
        ObservedAt: null,
        Actor: $"golf-{number}",
        Role: "crew",
        Client: "control-room",
        Certificate: null,
        Method: "/safespacecapacity.v1.CrewService/FindSpaces",
        AuditKind.Read,
        Space: null,
        Area: "S12000049",
        CommandId: null,
        Before: null,
        After: null,
        Outcome: "ok",
        Correlation: $"00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033{number % 100:D2}-01",
        LogPosition: null);

    /// <summary>The entry of a departure that was recorded a quarter of an hour later.</summary>
    public static AuditEntry Write(int number = 1) => Read(number) with
    {
        ObservedAt = ManualTime.Start.AddSeconds(number).AddMinutes(-15),
        Role = "staff",
        Certificate = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0",
        Method = "/safespacecapacity.v1.StaffService/RecordDeparture",
        Kind = AuditKind.Write,
        Space = "clyde-lantern",
        CommandId = "0197f6a0-5d1c-7b52-8a52-2f0f2d0c9a11",
        Before = new AuditNumbers(8, 6, 4, 1, Paused: false, "fresh", 41),
        After = new AuditNumbers(8, 6, 3, 1, Paused: false, "fresh", 42),
        LogPosition = 1200 + number,
    };

    /// <summary>Reads and writes in turn.</summary>
    public static IEnumerable<AuditEntry> Many(int count, int first = 1) =>
        Enumerable.Range(first, count).Select(number => number % 2 == 0 ? Write(number) : Read(number));
}
