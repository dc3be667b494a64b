using System.CommandLine;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>What several commands ask in the same words. Codes only: nothing here can hold words about a person.</summary>
internal static class NeedOptions
{
    public static Option<string[]> Needs() => Codes.Many<Need>("--need", "What must be true of the place, may be given several times");

    public static Option<string?> Age() => Codes.Option<AgeBand>("--age", "Age band (child is under 16, young 16 or 17, older 65 or over)");

    public static Option<bool> Detained() => new("--detained") { Description = "Detained under section 297: designated spaces only (by choice if not given)" };

    public static LegalStatus Status(Session session, Option<bool> detained) =>
        session.Get(detained) ? LegalStatus.DetainedS297 : LegalStatus.Voluntary;

    public static Option<bool> Walking() => new("--walking") { Description = "On foot (driving if not given)" };

    public static Option<int?> MaxMinutes(string description) => new("--max-minutes") { Description = description, HelpName = "N" };

    public static Option<string?> NeedId() =>
        new("--need-id") { Description = "UUID that ties searches and holds for one person's need together; random, not a person", HelpName = "UUID" };

    public static Option<string?> CommandId() =>
        new("--command-id") { Description = "UUID of this command: give it again to send the same command again, it is done once (random if not given)", HelpName = "UUID" };

    public static Argument<string> Space() => new("SPACE_ID") { Description = "Id of the space, as find shows it" };

    public static Argument<string> Hold() => new("HOLD_ID") { Description = "Id of the hold, as hold shows it" };

    public static Option<TypedTime?> When() => TypedTime.Option("--when", "When it happened, if earlier: HH:MM for the last such time, or ISO 8601 with an offset");
}
