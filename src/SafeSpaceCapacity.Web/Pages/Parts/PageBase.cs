using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace SafeSpaceCapacity.Web.Pages.Parts;

/// <summary>What every page with a form has.</summary>
public abstract class PageBase : ComponentBase
{
    private readonly List<Fault> _faults = [];

    /// <summary>The request.</summary>
    [CascadingParameter]
    protected HttpContext Http { get; set; } = null!;

    /// <summary>Goes to another page.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>What is wrong with what was sent.</summary>
    protected IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Says that a field is wrong.</summary>
    protected void Fail(string field, string text)
    {
        Http.Response.StatusCode = StatusCodes.Status400BadRequest;
        _faults.Add(new Fault(field, text));
    }

    /// <summary>Says that a field is missing, if it is.</summary>
    protected void Require(string? value, string field, string text)
    {
        if (string.IsNullOrWhiteSpace(value))
            Fail(field, text);
    }
}

/// <summary>What is wrong with a field.</summary>
/// <param name="Field">The id of the field.</param>
/// <param name="Text">What to do about it.</param>
public sealed record Fault(string Field, string Text);
