import { Injectable, Param } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { validate } from 'uuid';
import { DomainError } from '../problems/problem.js';

@Injectable()
class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!validate(value)) throw new DomainError('resource.unknown');
    return value.toLowerCase();
  }
}

/** A path's id; what is no UUID names nothing. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, IdPipe);
