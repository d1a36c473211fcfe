namespace Padron.Adapters.Samples;

/// <summary>The columns of a row that hold Spanish text about its contact.</summary>
record struct SamplePerson(string? Name, string? Street, string? Colonia, string? Municipality, string? State);

/// <summary>Names people and houses them, cleanly or not. Dirt is counted where it took hold: a name that is missing cannot be damaged.</summary>
sealed class SamplePeople(SampleNames names, SampleAddresses addresses, DirtRates rates, TruthTally tally)
{
    public SamplePerson At(SamplePlace place, ref RowRandom random)
    {
        var mojibake = random.Chance(rates[Dirt.Mojibake]);
        var decomposed = !mojibake && random.Chance(rates[Dirt.DecomposedAccents]);
        var quoted = random.Chance(rates[Dirt.QuotesInText]);
        var quotedStreet = quoted && random.Chance(0.5);

        var person = new SamplePerson(
            Name(needsAccents: mojibake || decomposed, quoted && !quotedStreet, ref random),
            quotedStreet ? addresses.QuotedStreet(ref random) : addresses.Street(ref random),
            SampleAddresses.Colonia(ref random),
            place.Municipality,
            place.StateText);

        if (quotedStreet)
            tally.Dirty(Dirt.QuotesInText);
        if (!quotedStreet && random.Chance(rates[Dirt.BlankAddress]))
            LeaveAddressBlank(ref person, ref random);
        if (mojibake || decomposed)
            DamageAccents(ref person, place, mojibake, ref random);
        if (random.Chance(rates[Dirt.StraySpaces]))
            ScatterSpaces(ref person, place, ref random);
        if (random.Chance(rates[Dirt.SwappedNameAddress]))
        {
            tally.Dirty(Dirt.SwappedNameAddress);
            (person.Name, person.Street) = (person.Street, person.Name);
        }

        return person;
    }

    string? Name(bool needsAccents, bool quoted, ref RowRandom random)
    {
        if (Counted(Dirt.Formula, ref random))
            return names.Formula(ref random);
        if (Counted(Dirt.MissingName, ref random))
            return SampleNames.NoName(ref random);
        if (needsAccents)
            return names.AccentedPerson(ref random);
        if (Counted(Dirt.CompanyName, ref random))
            return names.Company(ref random);
        if (!quoted)
            return names.Person(ref random);

        tally.Dirty(Dirt.QuotesInText);
        return names.QuotedPerson(ref random);
    }

    void LeaveAddressBlank(ref SamplePerson person, ref RowRandom random)
    {
        tally.Dirty(Dirt.BlankAddress);
        var which = random.Below(3);
        if (which is 0 or 2)
            person.Street = SampleAddresses.Nothing(ref random);
        if (which is 1 or 2)
            person.Colonia = SampleAddresses.Nothing(ref random);
    }

    void DamageAccents(ref SamplePerson person, SamplePlace place, bool mojibake, ref RowRandom random)
    {
        var before = person;
        person.Name = Damage(person.Name, mojibake, ref random);
        if (random.Chance(0.5))
            person.Municipality = Damage(person.Municipality, mojibake, ref random);
        if (place.Spoilable && random.Chance(0.5))
            person.State = Damage(person.State, mojibake, ref random);
        if (person != before)
            tally.Dirty(mojibake ? Dirt.Mojibake : Dirt.DecomposedAccents);
    }

    static string? Damage(string? text, bool mojibake, ref RowRandom random) =>
        !TextDamage.HasAccents(text) ? text
        : mojibake ? TextDamage.Mojibake(text, ref random)
        : TextDamage.Decomposed(text);

    void ScatterSpaces(ref SamplePerson person, SamplePlace place, ref RowRandom random)
    {
        var before = person;
        switch (random.Below(4))
        {
            case 0 when person.Street is { Length: > 0 } street:
                person.Street = TextDamage.StraySpaces(street, ref random);
                break;
            case 1 when person.Municipality is { Length: > 0 } municipality:
                person.Municipality = TextDamage.StraySpaces(municipality, ref random);
                break;
            case 2 when place.Spoilable && person.State is { Length: > 0 } state:
                person.State = TextDamage.StraySpaces(state, ref random);
                break;
            default:
                if (person.Name is { Length: > 0 } name)
                    person.Name = TextDamage.StraySpaces(name, ref random);
                break;
        }

        if (person != before)
            tally.Dirty(Dirt.StraySpaces);
    }

    bool Counted(Dirt kind, ref RowRandom random)
    {
        var falls = random.Chance(rates[kind]);
        if (falls)
            tally.Dirty(kind);
        return falls;
    }
}
