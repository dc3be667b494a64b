using System.Globalization;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Web;

/// <summary>Every text of the pages (en-GB).</summary>
internal static class Texts
{
    public const string Service = "Safe Space Capacity";
    public const string SkipToContent = "Skip to main content";
    public const string Simulated = "Simulation: nothing here is real. The time in it is";
    public const string Home = "Home";
    public const string Back = "Back";
    public const string Error = "Error: ";
    public const string ThereIsAProblem = "There is a problem";

    public const string SignIn = "Sign in";
    public const string Name = "Work email or account name";
    public const string Password = "Password";
    public const string OrPasskey = "Use a passkey";
    public const string PasskeyHelp = "Sign in with your fingerprint, your face or your device's PIN.";
    public const string PasskeyFailed = "That did not work. Try again, or sign in with your password.";
    public const string WithOrganisation = "Sign in with your organisation";
    public const string EnterName = "Enter your work email or account name";
    public const string EnterPassword = "Enter your password";
    public const string WrongNameOrPassword =
        "The name or the password is not right. After 5 wrong passwords in a row an account is locked for 15 minutes.";
    public const string OrganisationFailed = "Signing in with your organisation did not work. Try again.";
    public const string OrganisationGaveNoRole = "Your organisation has not given you a role here. Ask whoever looks after accounts there.";
    public const string Demo = "Try the demo";
    public const string DemoHelp = "Every space in the demo is made up. You do not need a password.";

    public const string Welcome = "Welcome";
    public const string SignedInAs = "You are signed in as";
    public const string WhatYouMayDo = "What you can do";
    public const string YourSpaces = "Your spaces:";
    public const string YourAreas = "Your areas:";
    public const string YourAccount = "Your account";
    public const string Passkeys = "Passkeys";
    public const string PasskeysHelp = "With a passkey you sign in with your fingerprint, your face or your device's PIN. It is safer than a password.";
    public const string NoPasskeys = "You have no passkeys yet.";
    public const string NoScript = "To use a passkey, turn on JavaScript in your browser.";
    public const string AddPasskey = "Add a passkey";
    public const string PasskeyNotAdded = "The passkey was not added. Try again.";
    public const string PasskeyAdded = "Passkey added on";
    public const string Remove = "Remove";
    public const string ChangePassword = "Change your password";
    public const string OldPassword = "Your password now";
    public const string NewPassword = "New password";
    public const string PasswordHelp = "At least 12 characters. Three words that you will remember work well.";
    public const string PasswordChanged = "Your password is changed. You are signed out everywhere else.";
    public const string OldPasswordWrong = "This is not your password now. After 5 wrong passwords in a row an account is locked for 15 minutes.";
    public const string PasswordLength = "The password must have at least 12 characters, and at most 200";
    public const string PasswordCommon = "This password is easy to guess. Choose another one";
    public const string PasswordIsName = "The password must not contain your account name";
    public const string SignOut = "Sign out";
    public const string SignOutHelp = "Sign out when you leave a computer that others use.";
    public const string SignOutEverywhere = "Sign out everywhere";
    public const string SignOutEverywhereHelp = "Ends every sign-in of this account, on every device.";
    public const string SignedOut = "You are signed out";
    public const string SignInAgain = "Sign in again";

    public const string Enrol = "Set up your account";
    public const string EnrolFirst = "You will be the first administrator. Choose a name for your account, and a password.";
    public const string EnrolInvited = "Choose a password. You can add a passkey afterwards.";
    public const string NameHelp = "A work email, or another name. Please do not use a private address.";
    public const string NameRule = "The account name must have 3 to 100 characters: letters, numbers and - . _ @ +";
    public const string NameTaken = "There is an account of this name already. Choose another name";
    public const string SetUp = "Set up account";
    public const string LinkEnded = "This link does not work any more";
    public const string LinkEndedHelp = "A link works once, and for one day. Ask whoever gave it to you for a new one.";

    public const string People = "People";
    public const string PeopleHelp = "Everybody who has an account here.";
    public const string Roles = "Roles";
    public const string Spaces = "Spaces";
    public const string SpacesHelp = "For staff of spaces: their spaces, one on each line, by the name over the door or by the short name that the directory has.";
    public const string Areas = "Areas";
    public const string AreasHelp = "For planners: their council areas.";
    public const string Invite = "Invite somebody";
    public const string Invited = "The account is made";
    public const string LinkHelp = "Give this link to its owner in a safe way. It works once, and for one day. You will not see it again.";
    public const string Link = "Link to set up the account";
    public const string RoleNeeded = "Choose at least one role";
    public const string SpacesAreForStaff = "Staff of spaces need at least one space, and only they have spaces";
    public const string AreasAreForPlanners = "Planners need at least one area, and only they have areas";
    public const string NoSuchSpace = "The directory has no such space:";
    public const string ManySuchSpaces = "Several spaces have this name. Write the short name of the one that you mean:";
    public const string NoSuchArea = "Choose areas from the list";
    public const string ChangeGrant = "Change what they may do";
    public const string ChangeGrantHelp = "They are signed out, and have what you choose here when they sign in again.";
    public const string SaveGrant = "Save";
    public const string GrantChanged = "Saved. They have it when they sign in again.";
    public const string NewLink = "Give a new link";
    public const string NewLinkHelp = "For a password that is forgotten, or a link that ended. They are signed out, and their password and passkeys stop working at once.";
    public const string LinkMade = "The new link is made";
    public const string NotSetUp = "Not set up yet";
    public const string FromOrganisation = "Signs in with the organisation";
    public const string FromDemo = "Demo";
    public const string Local = "Signs in here";
    public const string How = "How they sign in";
    public const string NoSuchAccount = "There is no such account";
    public const string RemoveAccount = "Remove this account";
    public const string RemoveAccountHelp = "They are signed out and cannot sign in again. What they did stays on record.";
    public const string NotYourself = "You cannot remove the account that you are signed in with.";
    public const string Unnamed = "First administrator";
    public const string NotSetUpYet = "not set up yet";

    public const string Sheet = "Safe spaces on paper";
    public const string SheetHelp = "For when the service cannot be reached. Print this page with your browser, and keep it by the telephone. Print it again when the directory changes.";
    public const string SheetWarning =
        "What is here was so when it was printed. Ring before you set out, and if nobody answers, ring the next. If somebody is in danger, call 999.";
    public const string SheetBehind = "The service is busy: reports of the last moments may be missing.";
    public const string SheetNoArea = "There is no space in an area of that name. Choose another area";
    public const string SheetEmpty = "There are no spaces yet.";
    public const string Area = "Council area";
    public const string AllAreas = "All areas";
    public const string AreaNotKnown = "Area not known";
    public const string Show = "Show";
    public const string NoTelephone = "No telephone number";
    public const string MadeUp = "Demo: made up, never send anybody there";
    public const string RingFirst = "Ring first: nobody there has confirmed it lately";
    public const string Entrance = "Entrance:";
    public const string Hours = "Hours:";
    public const string HoursNotKnown = "not known";
    public const string Offers = "Offers:";
    public const string LastKnown = "Last known:";

    public const string NotAllowed = "You cannot open this page";
    public const string NotAllowedHelp = "Your account has no role that allows it. If you think it should, ask an administrator.";
    public const string TooMany = "Too many tries";
    public const string TooManyHelp = "Please wait a minute, then try again.";
    public const string NotNow = "This did not work";
    public const string NotNowHelp = "The service cannot keep its records at the moment, so nothing was changed. Please try again in a few minutes.";
    public const string OtherWay = "This page is not shown here. Use the https address of this service or, on the machine itself, localhost.";

    public const string ForBoard = "Who is here and on the way, and how many more you can support safely. Tap what happens.";
    public const string ForRota = "Who works when, week by week, and where there are gaps.";
    public const string ForFind = "Where somebody can go instead of the emergency department. Keep a place while you drive.";
    public const string ForPlan = "How your areas stand now, who came and who was turned away, and what is forecast.";
    public const string ForDirectory = "Whom to ring, and what is known of each space. Change an entry, or import a whole list.";
    public const string ForRules = "What each kind of space must keep to.";
    public const string ForPeople = "Who has an account. Invite somebody.";
    public const string ForSystem = "Whether all is well, and why not.";
    public const string ForSheet = "To print, for when the service cannot be reached.";
    public const string ForAudit = "Everything that was looked at or changed, by whom and when.";
    public const string ForAccount = "What you can do, and how you sign in and out.";

    /// <summary>When a sheet was printed, and how much is on it.</summary>
    public static string Printed(string at, int spaces) => $"Printed {at}, {(spaces == 1 ? "1 space" : string.Create(CultureInfo.InvariantCulture, $"{spaces} spaces"))}.";

    /// <summary>What a role is called.</summary>
    public static string Of(Role role) => role switch
    {
        Role.Crew => "Crew",
        Role.Staff => "Staff of spaces",
        Role.Planner => "Planner",
        Role.Administrator => "Administrator",
        Role.Auditor => "Auditor",
        Role.Machine => "Control room program",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>What somebody may do in a role.</summary>
    public static string May(Role role) => role switch
    {
        Role.Crew => "Find a safe space and hold a place there.",
        Role.Staff => "Keep your spaces up to date: who is on duty, who arrived and who left.",
        Role.Planner => "See how your areas stand, what was needed there, and what is forecast.",
        Role.Administrator => "Look after the list of spaces, their rules, and people's accounts.",
        Role.Auditor => "Read the record of who did what.",
        Role.Machine => "Find safe spaces and hold places for many crews, as a program.",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
