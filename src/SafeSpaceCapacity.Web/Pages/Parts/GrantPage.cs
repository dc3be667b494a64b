using Microsoft.AspNetCore.Components;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.Pages.Parts;

/// <summary>A page with the fields of <see cref="GrantFields"/>: what an account may do.</summary>
public abstract class GrantPage : PageBase
{
    /// <summary>Knows spaces and areas by name.</summary>
    [Inject]
    protected IDirectory Directory { get; set; } = null!;

    /// <summary>The roles that are ticked.</summary>
    [SupplyParameterFromForm(Name = "roles")]
    protected string[]? ChosenRoles { get; set; }

    /// <summary>The spaces as they were written.</summary>
    [SupplyParameterFromForm(Name = "spaces")]
    protected string? SpacesText { get; set; }

    /// <summary>The areas that are ticked, by code.</summary>
    [SupplyParameterFromForm(Name = "areas")]
    protected string[]? ChosenAreas { get; set; }

    /// <summary>What the fields grant. What is wrong with them is in <see cref="PageBase.Faults"/>.</summary>
    protected (IReadOnlyList<Role> Roles, IReadOnlyList<string> Spaces, IReadOnlyList<string> Areas) ReadGrant()
    {
        var (spaces, unknown) = Directory.ReadSpaces(SpacesText);
        var areas = (ChosenAreas ?? []).Distinct(StringComparer.Ordinal).ToList();
        if (unknown is not null)
            Fail("spaces", unknown);
        if (!areas.TrueForAll(code => Directory.CouncilAreas.Any(area => string.Equals(area.Code, code, StringComparison.Ordinal))))
            Fail("areas", Texts.NoSuchArea);
        return ([.. (ChosenRoles ?? []).Select(RoleNames.Find).OfType<Role>().Distinct().Order()], spaces, areas);
    }

    /// <summary>Says why it was not granted.</summary>
    /// <param name="fault">One of <see cref="Account.GrantFault"/>, or what is wrong with the name.</param>
    protected void FailGrant(string fault) =>
        Fail(fault switch { Texts.RoleNeeded => "roles", Texts.SpacesAreForStaff => "spaces", Texts.AreasAreForPlanners => "areas", _ => "name" }, fault);
}
