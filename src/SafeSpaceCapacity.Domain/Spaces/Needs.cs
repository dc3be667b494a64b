namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>
/// What must be true of a place, as codes: never words about a person. A space <em>provides</em> a set, a crew <em>asks</em> for a set,
/// and a space can serve where it provides all that is asked.
/// </summary>
[Flags]
public enum Needs : ulong
{
    /// <summary>Nothing asked.</summary>
    None = 0,

    /// <summary>Aged under 16.</summary>
    AgeChild = 1UL << 0,

    /// <summary>Aged 16 or 17.</summary>
    AgeYoung = 1UL << 1,

    /// <summary>Aged 18 to 64.</summary>
    AgeAdult = 1UL << 2,

    /// <summary>Aged 65 or over.</summary>
    AgeOlder = 1UL << 3,

    /// <summary>Step-free throughout, with an accessible toilet: a wheelchair can be used.</summary>
    Wheelchair = 1UL << 8,

    /// <summary>British Sign Language, in person or by video.</summary>
    Bsl = 1UL << 9,

    /// <summary>Interpreting from other languages, in person or by telephone.</summary>
    Interpreter = 1UL << 10,

    /// <summary>A room for women only.</summary>
    WomenOnly = 1UL << 11,

    /// <summary>A room for men only.</summary>
    MenOnly = 1UL << 12,

    /// <summary>Support that knows the person's culture.</summary>
    CultureSupport = 1UL << 13,

    /// <summary>A place to pray, and food by the rules of a faith.</summary>
    FaithSupport = 1UL << 14,

    /// <summary>A quiet, low-stimulation room.</summary>
    Quiet = 1UL << 15,

    /// <summary>Somebody comes along and stays.</summary>
    Accompanied = 1UL << 16,

    /// <summary>Under the influence of alcohol or drugs.</summary>
    SubstanceAffected = 1UL << 17,

    /// <summary>Needs own medication kept or given.</summary>
    Medication = 1UL << 18,

    /// <summary>Needs to stay overnight.</summary>
    Overnight = 1UL << 19,

    /// <summary>Detained under s.297 of the Mental Health (Care and Treatment) (Scotland) Act 2003: a designated place is needed.</summary>
    DetainedS297 = 1UL << 24,

    /// <summary>Injured, overdosed or otherwise physically unwell: no space provides this; the answer is the emergency department or 999 first.</summary>
    UrgentPhysical = 1UL << 32,
}
