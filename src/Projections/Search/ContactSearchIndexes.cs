namespace Padron.Projections.Search;

/// <summary>The indexes that only searching needs: a load builds them last.</summary>
public static class ContactSearchIndexes
{
    public const string Text = "contact_profiles_search";
    public const string PhoneEnding = "contact_states_phone_ending";

    public static readonly IReadOnlyList<string> Names = [Text, PhoneEnding];
}
