using Padron.Domain.Numbering;

namespace Padron.Domain.Contacts;

/// <summary>The rules of a contact: a command and the facts so far give new facts, none when there is nothing new to say.</summary>
public static class ContactDecider
{
    /// <summary>
    /// The first import that brings a number registers it, with one fact about its line: invalid if the source says so, else what the
    /// numbering plan says. A number that opted out as a stranger is registered too, and stays opted out. Of a contact that is known, a later
    /// import changes the details it tells otherwise, and nothing else: what a person registered or corrected stands, a blank cell says nothing,
    /// and of the rows of one file the first speaks.
    /// </summary>
    /// <remarks><c>settled.sql</c> knows most of those for which this decides on nothing, which a test holds to this on random histories.</remarks>
    public static ContactEvent[] Decide(ImportContact command, Contact contact)
    {
        if (contact.IsRegistered)
            return contact.Told is { ImportId: { } teller } told && teller != command.ImportId ? Changed(command, told.Details) : [];
        var imported = new ContactImported(
            command.Phone, command.LadaInferred, Lada.Of(command.Phone), command.Details, command.ImportId, command.SourceRow, command.At);
        return command.MarkedInvalid
            ? [imported, new ContactInvalidated(InvalidationReason.MarkedInvalidInSource, command.At)]
            : [imported, .. FactOfLine(command.Line, command.PlanVersion, command.At)];
    }

    static ContactEvent[] Changed(ImportContact command, ContactDetails known)
    {
        var given = command.Given;
        var details = known with
        {
            FullName = given.FullName ?? known.FullName,
            Address = given.Address ?? known.Address,
            Neighborhood = given.Neighborhood ?? known.Neighborhood,
            Municipality = given.Municipality ?? known.Municipality,
            StateCode = given.StateCode ?? known.StateCode,
            City = given.City ?? known.City,
        };
        return details == known ? [] : [new ContactDetailsChanged(details, ChangedBy: null, command.At, command.ImportId, command.SourceRow)];
    }

    /// <summary>
    /// Who adds a number by hand expects a new one: a number that is registered already is refused, also where the same command is given
    /// twice, because a repetition can't be told from a second person with the same number. A stranger that opted out stays opted out.
    /// </summary>
    /// <exception cref="RuleViolationException"><c>contact_exists</c></exception>
    public static ContactEvent[] Decide(RegisterContact command, Contact contact) => contact.IsRegistered
        ? throw new RuleViolationException("contact_exists", "The number is in the register already: correct its details, or leave it as it is.")
        :
        [
            new ContactRegistered(command.Phone, command.Phone.IsMexican ? Lada.Of(command.Phone) : null, command.Details, command.By, command.At),
            .. FactOfLine(command.Line, command.PlanVersion, command.At),
        ];

    /// <summary>What is given replaces what was known; what comes to the same changes nothing.</summary>
    /// <exception cref="RuleViolationException"><c>contact_unknown</c>, <c>place_unknown</c></exception>
    public static ContactEvent[] Decide(CorrectContact command, Contact contact)
    {
        RequireRegistered(contact);
        var known = contact.Details ?? new ContactDetails();
        var corrected = known with
        {
            FullName = Corrected(command.FullName, known.FullName),
            Address = Corrected(command.Address, known.Address),
            Neighborhood = Corrected(command.Neighborhood, known.Neighborhood),
            Municipality = Corrected(command.Municipality, known.Municipality),
            City = Corrected(command.City, known.City),
            StateCode = command.State is null ? known.StateCode : string.IsNullOrWhiteSpace(command.State) ? null : MexicanStates.Named(command.State).Code,
        };
        return corrected == known ? [] : [new ContactDetailsChanged(corrected, command.By, command.At)];
    }

    /// <summary>
    /// The numbering plan speaks of blocks, so it never overrules what is known of the line itself; a look-up and an operator do. What is
    /// verified may be handed out, and Mexican numbers alone are: so a number of another country stays unverified.
    /// </summary>
    /// <exception cref="RuleViolationException"><c>contact_unknown</c>, <c>contact_abroad</c></exception>
    public static ContactEvent[] Decide(VerifyContact command, Contact contact)
    {
        RequireRegistered(contact);
        if (contact.IsAbroad)
            throw new RuleViolationException("contact_abroad", "Only Mexican numbers are verified and handed out, and this one is of another country.");
        var nothingNew = contact is { IsVerified: true, IsNotMobile: false, IsInvalid: false } && !IsStronger(command.Method, contact);
        var overruled = command.Method is VerificationMethod.NumberingPlan && (contact.IsNotMobile || contact.IsInvalid);
        return nothingNew || overruled ? [] : [new ContactVerified(command.Method, command.Carrier, command.Evidence, command.At)];
    }

    /// <summary>The plan does not overrule a line that a look-up or an operator verified… but a verified line may be found fixed by them.</summary>
    /// <exception cref="RuleViolationException"><c>contact_unknown</c></exception>
    public static ContactEvent[] Decide(MarkNotMobile command, Contact contact)
    {
        RequireRegistered(contact);
        var overruled = command.Method is VerificationMethod.NumberingPlan && contact.IsVerified;
        var nothingNew = contact.IsNotMobile && !IsStronger(command.Method, contact);
        return nothingNew || overruled ? [] : [new ContactNotMobile(command.Method, command.Carrier, command.Evidence, command.At)];
    }

    /// <summary>
    /// A plan overrules an older plan, and nothing else: a look-up or an operator saw the line itself, and an invalid number is not brought
    /// back by its block. A plan without the block proves nothing, because plans are older than numbers, and of a block that only changed
    /// hands the line is the same. Strangers have no line yet.
    /// </summary>
    /// <remarks>The register is reclassified by <c>line-changes.sql</c>, which a test holds to this on random histories.</remarks>
    public static ContactEvent[] Decide(ReclassifyContact command, Contact contact) =>
        contact is { IsRegistered: true, IsAbroad: false, IsInvalid: false, LineMethod: null or VerificationMethod.NumberingPlan }
        && command.Line?.Line != contact.Line
            ? FactOfLine(command.Line, command.PlanVersion, command.At)
            : [];

    /// <exception cref="RuleViolationException"><c>contact_unknown</c></exception>
    public static ContactEvent[] Decide(InvalidateContact command, Contact contact)
    {
        RequireRegistered(contact);
        return contact.IsInvalid ? [] : [new ContactInvalidated(command.Reason, command.At)];
    }

    /// <summary>Only a verified contact is handed out, and only once.</summary>
    /// <exception cref="RuleViolationException"><c>contact_not_available</c></exception>
    public static ContactEvent[] Decide(ExtractContact command, Contact contact) =>
        contact.ExtractionId == command.ExtractionId ? []
        : contact.Status is not ContactStatus.Verified
            ? throw new RuleViolationException("contact_not_available", $"Only a verified contact is handed out; this one is {contact.Status}.")
        : [new ContactExtracted(command.ExtractionId, command.At)];

    /// <summary>
    /// Only the extraction that holds a contact gives it back. One that does not hold it (any more) changes nothing: it may be repeating
    /// itself, and another may have the contact by now.
    /// </summary>
    public static ContactEvent[] Decide(ReleaseContact command, Contact contact) =>
        contact.ExtractionId == command.ExtractionId ? [new ContactReleased(command.ExtractionId, command.Reason, command.At)] : [];

    /// <summary>
    /// Only the import that brought a contact takes it back. What was said of it by somebody else stays: a correction, an extraction that has
    /// it, an opt-out. Its line is to be judged anew by whoever registers it again; until then it is not handed out. Where an import only changed
    /// the details, those before it come back, unless somebody has told others since.
    /// </summary>
    public static ContactEvent[] Decide(WithdrawContact command, Contact contact)
    {
        var isTeller = contact.Told?.ImportId == command.ImportId;
        if (contact.ImportId == command.ImportId)
            return [new ContactWithdrawn(command.ImportId, isTeller ? null : contact.Details, command.At)];
        if (!isTeller)
            return [];
        if (!contact.IsRegistered) // the import that brought it was rolled back before
            return [new ContactWithdrawn(command.ImportId, Details: null, command.At)];
        return contact.Told!.Before is { } before ? [new ContactDetailsChanged(before.Details, command.By, command.At, before.ImportId)] : [];
    }

    /// <summary>
    /// What was sent was sent: also to a contact that should have had no message, such as one that opted out, and to one whose import was
    /// rolled back. Only of a number that nobody spoke of there is no stream to record it on. A message that is known changes nothing.
    /// </summary>
    /// <exception cref="RuleViolationException"><c>contact_unknown</c>, <c>message_id_required</c></exception>
    public static ContactEvent[] Decide(RecordSent command, Contact contact)
    {
        if (!contact.Exists)
            throw Unknown();
        if (string.IsNullOrWhiteSpace(command.MessageId))
            throw new RuleViolationException("message_id_required", "Say which message it was: two without an id can't be told apart.");
        return contact.Sent?.Contains(command.MessageId) is true ? [] : [new ContactSent(command.CampaignId, command.MessageId, command.ProviderId, command.At)];
    }

    /// <summary>An opt-out is never refused, even from a stranger; a repeated one changes nothing.</summary>
    public static ContactEvent[] Decide(OptOutContact command, Contact contact) =>
        contact.IsOptedOut ? []
        : [new ContactOptedOut(contact.Exists ? null : command.Phone, command.Method, command.Reason, command.By, command.At)];

    /// <exception cref="RuleViolationException"><c>consent_evidence_required</c>: coming back takes proof of consent.</exception>
    public static ContactEvent[] Decide(OptInContact command, Contact contact) =>
        !contact.IsOptedOut ? []
        : string.IsNullOrWhiteSpace(command.Evidence)
            ? throw new RuleViolationException("consent_evidence_required", "Opting in takes evidence of consent: who consented, where and in what words.")
        : [new ContactOptedIn(command.Evidence, command.By, command.At)];

    /// <summary>What a fact changes. Total: any order of events gives a contact.</summary>
    public static Contact Evolve(Contact contact, object @event) => @event switch
    {
        ContactImported imported =>
            contact with { Exists = true, IsRegistered = true, Told = new(imported.Details, imported.ImportId), ImportId = imported.ImportId },
        ContactRegistered registered => contact with
        {
            Exists = true,
            IsRegistered = true,
            IsAbroad = !registered.Phone.IsMexican,
            Told = new(registered.Details, ImportId: null),
            ImportId = null,
        },
        ContactDetailsChanged changed => contact with
        {
            Exists = true,
            Told = changed.ImportId is { } importId ? ToldDetails.By(importId, changed.Details, contact.Told) : new(changed.Details, ImportId: null),
        },
        ContactWithdrawn withdrawn => contact with
        {
            Exists = true,
            IsRegistered = false,
            IsVerified = false,
            IsNotMobile = false,
            IsInvalid = false,
            LineMethod = null,
            Told = withdrawn.Details is { } details ? new(details, contact.Told?.ImportId) : null,
            ImportId = null,
        },
        ContactVerified verified =>
            contact with { Exists = true, IsVerified = true, IsNotMobile = false, IsInvalid = false, LineMethod = verified.Method },
        ContactNotMobile notMobile => contact with { Exists = true, IsNotMobile = true, LineMethod = notMobile.Method },
        ContactInvalidated => contact with { Exists = true, IsInvalid = true },
        ContactExtracted extracted => contact with { Exists = true, ExtractionId = extracted.ExtractionId },
        ContactReleased => contact with { Exists = true, ExtractionId = null },
        ContactSent sent => contact with { Exists = true, Sent = contact.Sent + sent },
        ContactOptedOut => contact with { Exists = true, IsOptedOut = true },
        ContactOptedIn => contact with { Exists = true, IsOptedOut = false },
        _ => contact,
    };

    /// <summary>What the plan says of a line, as a fact about it; none where it says nothing.</summary>
    public static ContactEvent[] FactOfLine(NumberingBlock? line, string? planVersion, DateTimeOffset at) => line switch
    {
        { Line: LineType.Mobile } block => [new ContactVerified(VerificationMethod.NumberingPlan, block.Carrier, planVersion, at)],
        { Line: LineType.Fixed } block => [new ContactNotMobile(VerificationMethod.NumberingPlan, block.Carrier, planVersion, at)],
        _ => [],
    };

    // The word of a look-up or an operator where only the plan's stood: worth a fact though it says the same, because the next plan stops at it.
    static bool IsStronger(VerificationMethod method, Contact contact) =>
        method is not VerificationMethod.NumberingPlan && contact.LineMethod is VerificationMethod.NumberingPlan;

    static string? Corrected(string? given, string? known) => given is null ? known : SourceText.Clean(given);

    static void RequireRegistered(Contact contact)
    {
        if (!contact.IsRegistered)
            throw Unknown();
    }

    static RuleViolationException Unknown() => new("contact_unknown", "The number is not in the register: import or add it first.");
}
